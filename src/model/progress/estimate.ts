import { type Backfill, getFinishTime, getUniqueRowsProcessed } from '../Backfill.ts';
import { getRunningPace } from './forecast.ts';
import { forecastDuration } from './pace.ts';
import { predictPageRows } from './pages.ts';
import type { FinishTime, ProgressTrack } from './ProgressTrack.ts';

/** The rate and the time left of a running backfill. */
export interface ProgressEstimate {
  /** The current rate, of the page being read; greater than 0. */
  readonly rowsPerSecond: number;
  /** The rate since the start, without observed pauses and rows read again. */
  readonly averageRowsPerSecond: number;
  /**
   * The time left to display. Counts down with the clock and changes otherwise only if the prediction differs clearly.
   * Null while no prediction is reliable, and when more rows than expected are processed.
   */
  readonly timeLeft: TimeLeft | null;
}

/** A predicted time left, in milliseconds. The true one is between the bounds with a probability of 80%. */
interface TimeLeft {
  readonly ms: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Estimates rate and time left at a time of the server's clock, in milliseconds since the epoch. Undefined whenever
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
   * Over the whole duration, without rows read again; null for less than a second, the resolution of the server's times.
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
