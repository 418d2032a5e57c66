import type { Backfill } from '../model/Backfill.ts';
import { estimateProgress, type ProgressEstimate } from '../model/progress/estimate.ts';
import {
  detectDeliveryWarning,
  detectStall,
  type DeliveryWarning,
  type Stall,
} from '../model/progress/stall.ts';
import type { Snapshot } from './Snapshot.ts';

/** What follows for a backfill from all that was observed of it. */
export interface LiveStatus {
  /** Undefined while nothing deserves to be said. */
  readonly estimate: ProgressEstimate | undefined;
  /** Undefined while it moves, or its rhythm explains that it does not. */
  readonly stall: Stall | undefined;
  /** What to look at although it is done. */
  readonly deliveryWarning: DeliveryWarning | undefined;
}

/** What follows for a backfill at a moment of the server's time, in milliseconds. */
export function liveStatusOf(snapshot: Snapshot, backfill: Backfill, serverNow: number): LiveStatus {
  const progressTrack = snapshot.progressTracks.get(backfill.id);
  const sink = snapshot.sinks.get(backfill.sinkId);
  return {
    deliveryWarning: sink && detectDeliveryWarning(backfill, sink),
    estimate: progressTrack && estimateProgress(progressTrack, backfill, serverNow),
    stall: findStall(snapshot, backfill, serverNow),
  };
}

/** Why a backfill of a snapshot does not move, or could not; undefined: it does, or nothing is known. */
export function findStall(snapshot: Snapshot, backfill: Backfill, serverNow: number): Stall | undefined {
  const sink = snapshot.sinks.get(backfill.sinkId);
  return sink && detectStall(snapshot.progressTracks.get(backfill.id), backfill, sink, serverNow);
}
