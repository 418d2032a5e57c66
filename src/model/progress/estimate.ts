import { type Backfill, getFinishTime, getUniqueRowsProcessed } from '../Backfill.ts';
import { getRunningPace } from './forecast.ts';
import { forecastDuration } from './pace.ts';
import { predictPageRows } from './pages.ts';
import type { FinishTime, ProgressTrack } from './ProgressTrack.ts';

/** The rate and the time left of a running backfill. */
export interface ProgressEstimate {
  /** The current rate: the expected rate of the page that is being read. Greater than 0. */
  readonly rowsPerSecond: number;
  /** The rate since the start, without observed pauses and without rows that were read again. */
  readonly averageRowsPerSecond: number;
  /**
   * The displayed time left. Counts down with the clock, and otherwise changes only if the prediction differs clearly.
   * Null while no prediction is reliable, and once more rows have been processed than counted.
   */
  readonly timeLeft: TimeLeft | null;
}

/** A predicted time left, in milliseconds. The true time left is between the bounds with a probability of 80%. */
interface TimeLeft {
  readonly ms: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Estimates the rate and the time left at `now`, the server's time in milliseconds since the epoch. Undefined whenever
 * {@link getRunningPace} returns undefined.
 */
export function estimateProgress(
  track: ProgressTrack,
  backfill: Backfill,
  now: number,
): ProgressEstimate | undefined {
  const running = getRunningPace(track, backfill, now);
  if (running === undefined) {
    return undefined;
  }
  const { pace, lastUpdate } = running;
  const { rereadRows, pausedMs } = track;
  const pageRows = predictPageRows(lastUpdate.pageRows);
  const page = forecastDuration(pace, { fromRows: lastUpdate.rows, rows: pageRows, pageRows });
  const rowsPerSecond = (pageRows / page.ms) * 1000;
  const runningMs = lastUpdate.at - backfill.insertedAt - pausedMs;
  return {
    rowsPerSecond,
    averageRowsPerSecond: runningMs > 0 ? ((lastUpdate.rows - rereadRows) / runningMs) * 1000 : rowsPerSecond,
    timeLeft: track.displayedFinish && toTimeLeft(track.displayedFinish, now),
  };
}

function toTimeLeft({ at, factor }: FinishTime, now: number): TimeLeft {
  const ms = Math.max(0, at - now);
  return { ms, minMs: ms / factor, maxMs: ms * factor };
}

/** The result of a finished backfill. */
export interface BackfillOutcome {
  /** From start to finish, including pauses. */
  readonly durationMs: number;
  readonly rows: Backfill['rowsProcessed'];
  /**
   * The average over the whole duration, without rows that were read again. Null if the duration is less than a second,
   * because the server's times are whole seconds.
   */
  readonly averageRowsPerSecond: number | null;
}

/** Computes the result of a backfill; undefined while it is unfinished. */
export function computeOutcome(backfill: Backfill): BackfillOutcome | undefined {
  const finishedAt = getFinishTime(backfill);
  if (finishedAt === undefined) {
    return undefined;
  }
  const durationMs = Math.max(0, finishedAt - backfill.insertedAt);
  const averageRowsPerSecond =
    durationMs < 1000 ? null : (getUniqueRowsProcessed(backfill) / durationMs) * 1000;
  return { durationMs, rows: backfill.rowsProcessed, averageRowsPerSecond };
}
