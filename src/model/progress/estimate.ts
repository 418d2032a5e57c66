import { getFinishTime, type Backfill } from '../Backfill.ts';
import { getStallThresholdMs, getIdleMs, getIdleSince } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';
import { estimateRate } from './rate.ts';

/** The rate and the time left of a running backfill. */
export interface ProgressEstimate {
  /** The current rate, weighted towards the recent past; greater than 0. */
  readonly rowsPerSecond: number;
  /** The rate since the start, without observed pauses. */
  readonly averageRowsPerSecond: number;
  /**
   * The best prediction, in milliseconds, which changes with every page. 0 when more rows than counted are
   * processed; null while the row count is unknown.
   */
  readonly remainingMs: number | null;
  /**
   * The time left to display, in milliseconds. Counts down with the clock and changes otherwise only if the
   * prediction differs clearly. Null while no prediction is reliable, and when the backfill is about to
   * finish.
   */
  readonly displayedRemainingMs: number | null;
}

/**
 * Estimates rate and time left at a moment of the server's time, in milliseconds since the epoch. Undefined
 * while the rate is unknown, the backfill is paused, or it is idle for longer than explained.
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

/** A predicted finish time, in server time, and whether it is reliable enough to display. */
interface EtaPrediction {
  readonly at: number;
  readonly isReliable: boolean;
}

/**
 * Predicts the finish time at the current rate. Undefined while the backfill is paused, is idle for longer
 * than explained, has an unknown row count or rate, or has processed more rows than counted and is about to
 * finish.
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
  // An overdue page may arrive at any moment, but the pages after it can't.
  const pageRows = Math.min(rate.nextPageRows, remainingRows);
  const at =
    getIdleSince(track) +
    Math.max(idleMs, pageRows / rate.rowsPerMs) +
    (remainingRows - pageRows) / rate.rowsPerMs;
  return { at, isReliable: hasReliableRate(track, Number(backfill.rowsInitial)) };
}

/** Whether enough was observed to predict: a minute or a tenth of the table, in at least three steps. */
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

/** The result of a finished backfill. */
export interface BackfillOutcome {
  /** From start to finish, including pauses. */
  readonly durationMs: number;
  readonly rows: Backfill['rowsProcessed'];
  /** Over the whole duration; null for less than a second, the resolution of the server's times. */
  readonly averageRowsPerSecond: number | null;
}

/** The result of a backfill; undefined while it is unfinished. */
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
