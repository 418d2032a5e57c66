import type { Backfill } from '../model/Backfill.ts';
import { estimateProgress, type ProgressEstimate } from '../model/progress/estimate.ts';
import {
  detectDeliveryWarning,
  detectStall,
  type DeliveryWarning,
  type Stall,
} from '../model/progress/stall.ts';
import type { Snapshot } from './Snapshot.ts';

/** The status of a backfill as derived from its observed progress. */
export interface LiveStatus {
  /** Undefined before the first observation, and whenever {@link estimateProgress} returns undefined. */
  readonly estimate: ProgressEstimate | undefined;
  /** Undefined while the backfill progresses, and while it is idle for no longer than usual. */
  readonly stall: Stall | undefined;
  /** A delivery problem of a completed backfill. */
  readonly deliveryWarning: DeliveryWarning | undefined;
}

/** Derives the status of a backfill at a time of the server's clock, in milliseconds since the epoch. */
export function getLiveStatus(snapshot: Snapshot, backfill: Backfill, serverNow: number): LiveStatus {
  const progressTrack = snapshot.progressTracks.get(backfill.id);
  const sink = snapshot.sinks.get(backfill.sinkId);
  return {
    deliveryWarning: sink && detectDeliveryWarning(backfill, sink),
    estimate: progressTrack && estimateProgress(progressTrack, backfill, serverNow),
    stall: findStall(snapshot, backfill, serverNow),
  };
}

/** Finds why a backfill has stalled; undefined if it hasn't, or if its sink is unknown. */
export function findStall(snapshot: Snapshot, backfill: Backfill, serverNow: number): Stall | undefined {
  const sink = snapshot.sinks.get(backfill.sinkId);
  return sink && detectStall(snapshot.progressTracks.get(backfill.id), backfill, sink, serverNow);
}
