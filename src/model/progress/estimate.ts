import { getFinishTime, type Backfill } from '../Backfill.ts';
import { getStallThresholdMs, getIdleMs, getIdleSince } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';
import { estimateRate } from './rate.ts';

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

/** When it will have ended, in server ms, and whether enough was seen to tell anybody. */
interface EtaPrediction {
  readonly at: number;
  readonly isReliable: boolean;
}

/**
 * When it will end, if it goes on as it does; undefined where that cannot be said: it rests, is silent for
 * longer than its rhythm explains, is not counted, or is past its count and about to end.
 */
export function predictEta(track: ProgressTrack, backfill: Backfill, now: number): EtaPrediction | undefined {
  const lastUpdate = track.updates.at(-1);
  const idleMs = getIdleMs(track, now);
  const rate = estimateRate(track, backfill);
  if (
    backfill.state !== 'active' ||
    backfill.rowsInitial === null ||
    track.pausedSince !== null ||
    lastUpdate === undefined ||
    rate === undefined ||
    idleMs > getStallThresholdMs(track, backfill)
  ) {
    return undefined;
  }
  const remainingRows = Number(backfill.rowsInitial) - lastUpdate.rows;
  if (remainingRows <= 0) {
    return undefined;
  }
  // The next page may land at any moment once it is due, but not the rows behind it.
  const pageRows = Math.min(rate.nextPageRows, remainingRows);
  const at =
    getIdleSince(track) +
    Math.max(idleMs, pageRows / rate.rowsPerMs) +
    (remainingRows - pageRows) / rate.rowsPerMs;
  return { at, isReliable: hasReliableRate(track, Number(backfill.rowsInitial)) };
}

/** A minute or a tenth of the table says how it runs, and in more than a step or two. */
function hasReliableRate({ updates, rowsBeforeObservation }: ProgressTrack, rowsInitial: number): boolean {
  const [firstUpdate, lastUpdate] = [updates[0], updates.at(-1)];
  if (firstUpdate === undefined || lastUpdate === undefined) {
    return false;
  }
  const stepCount = updates.length - 1;
  const progressedUnobserved = rowsBeforeObservation >= rowsInitial / 10;
  return (
    (stepCount >= 3 || progressedUnobserved) &&
    (lastUpdate.at - firstUpdate.at >= 60_000 || lastUpdate.rows >= rowsInitial / 10)
  );
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
