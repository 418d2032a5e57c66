import type { Backfill } from '../model/Backfill.ts';
import { estimate, type Estimate } from '../model/estimate.ts';
import { attentionOf, stallOf, type Attention, type Stall } from '../model/stall.ts';
import type { Snapshot } from './Snapshot.ts';

/** What follows for a backfill from all that was observed of it. */
export interface Live {
  /** Undefined while nothing deserves to be said. */
  readonly estimate: Estimate | undefined;
  /** Undefined while it moves, or its rhythm explains that it does not. */
  readonly stall: Stall | undefined;
  /** What to look at although it is done. */
  readonly attention: Attention | undefined;
}

/** What follows for a backfill at a moment of the server's time, in milliseconds. */
export function liveIn(snapshot: Snapshot, backfill: Backfill, serverNow: number): Live {
  const track = snapshot.tracks.get(backfill.id);
  const sink = snapshot.sinks.get(backfill.sinkId);
  return {
    attention: sink && attentionOf(backfill, sink),
    estimate: track && estimate(track, backfill, serverNow),
    stall: stallIn(snapshot, backfill, serverNow),
  };
}

/** Why a backfill of a snapshot does not move, or could not; undefined: it does, or nothing is known. */
export function stallIn(snapshot: Snapshot, backfill: Backfill, serverNow: number): Stall | undefined {
  const sink = snapshot.sinks.get(backfill.sinkId);
  return sink && stallOf(snapshot.tracks.get(backfill.id), backfill, sink, serverNow);
}
