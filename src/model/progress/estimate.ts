import { getFinishTime, type Backfill } from '../Backfill.ts';
import { predictEta, estimateRate, getStallThresholdMs, getIdleMs } from './stallDetection.ts';
import type { ProgressTrack } from './progressTrack.ts';

/** How fast a backfill runs and how long it will. */
export interface ProgressEstimate {
  /** As of late; more than 0. */
  readonly rowsPerSecond: number;
  /** Since it was created, without the time that it was seen to rest. */
  readonly averageRowsPerSecond: number;
  /** The best guess, in milliseconds: it moves with every page. 0 once it is past its count; null while that is unknown. */
  readonly remainingMs: number | null;
  /**
   * What to show, in milliseconds: counts down with the clock and lets go of that only for a clearly better
   * guess. Null while no guess deserves trust, and when it is about to end.
   */
  readonly displayedRemainingMs: number | null;
}

/**
 * The estimate at a moment of the server's time (ms since the epoch); undefined while nothing is known of the
 * pace, while it rests, and while it is silent for longer than its rhythm explains.
 */
export function estimateProgress(
  track: ProgressTrack,
  backfill: Backfill,
  now: number,
): ProgressEstimate | undefined {
  const rate = estimateRate(track, backfill);
  const lastUpdate = track.updates.at(-1);
  if (
    backfill.state !== 'active' ||
    track.pausedSince !== null ||
    rate === undefined ||
    lastUpdate === undefined ||
    getIdleMs(track, now) > getStallThresholdMs(track, backfill)
  ) {
    return undefined;
  }
  const runningMs = lastUpdate.at - backfill.insertedAt - track.pausedMs;
  const eta = predictEta(track, backfill, now);
  const msUntil = (at: number): number => Math.max(0, at - now);
  return {
    rowsPerSecond: rate.rowsPerMs * 1000,
    averageRowsPerSecond: runningMs > 0 ? (lastUpdate.rows / runningMs) * 1000 : rate.rowsPerMs * 1000,
    remainingMs: eta === undefined ? (backfill.rowsInitial === null ? null : 0) : msUntil(eta.at),
    displayedRemainingMs:
      eta === undefined || track.displayedEta === null ? null : msUntil(track.displayedEta),
  };
}

/** How a backfill ended. */
export interface BackfillOutcome {
  /** From its create to its end, pauses included. */
  readonly durationMs: number;
  readonly rows: Backfill['rowsProcessed'];
  /** Over the whole duration; null where it took less than the second that the server's times tell. */
  readonly averageRowsPerSecond: number | null;
}

/** How it ended; undefined while it has not. */
export function computeOutcome(backfill: Backfill): BackfillOutcome | undefined {
  const finishedAt = getFinishTime(backfill);
  if (finishedAt === undefined) {
    return undefined;
  }
  const durationMs = Math.max(0, finishedAt - backfill.insertedAt);
  const averageRowsPerSecond =
    durationMs < 1000 ? null : (Number(backfill.rowsProcessed) / durationMs) * 1000;
  return { durationMs, rows: backfill.rowsProcessed, averageRowsPerSecond };
}
