import type { Backfill } from '../Backfill.ts';
import { getIdleMs, getIdleSince, isIdleTooLong } from './idleTime.ts';
import { forecastDuration, type PaceEstimate } from './pace.ts';
import { predictPageRows } from './pages.ts';
import type { FinishTime, ProgressTrack, ProgressUpdate } from './ProgressTrack.ts';

/** A prediction of the finish time, which changes with every page. */
export interface FinishForecast extends FinishTime {
  /** Whether the prediction is certain enough to display. */
  readonly isReliable: boolean;
}

/** A time left is displayed only if its upper bound is at most its lower bound multiplied by this. */
const maxSpread = 4;

/**
 * The longest time left to display, in milliseconds: 100 years. A server may report any row count, but the finish time
 * must be a valid date.
 */
const maxRemainingMs = 100 * 365 * 24 * 3600_000;

/**
 * Half the width of the interval that contains the true finish time in 80% of the observations, in standard deviations.
 * It is less than the 1.28 of a normal distribution, because a slow page is often followed by a fast one (recording
 * hold-big-redis).
 */
const intervalDeviations = 0.95;

/** How much longer an overdue page is expected to take, as a fraction of the time since it was due. */
const overdueFraction = 0.5;

/**
 * The time that a restart of the reader takes, in milliseconds, without the time to read pages again (recording
 * real-big-redis).
 */
const restartMs = 30_000;

/**
 * The pace and the last counter update of a running backfill. Undefined if the backfill isn't running, if its pace is
 * unknown, or if it has been idle for longer than a slow page can explain.
 */
export function getRunningPace(
  track: ProgressTrack,
  backfill: Backfill,
  now: number,
): { readonly pace: PaceEstimate; readonly lastUpdate: ProgressUpdate } | undefined {
  const { pace, lastUpdate, pausedSince } = track;
  return backfill.state !== 'active' ||
    pausedSince !== null ||
    pace === null ||
    lastUpdate === null ||
    isIdleTooLong(track, backfill, now)
    ? undefined
    : { pace, lastUpdate };
}

/**
 * Predicts the finish time of a running backfill. Undefined while the row count is unknown, and whenever
 * {@link getRunningPace} returns undefined. If more rows have been processed than counted, predicts one more page.
 */
export function forecastFinish(
  track: ProgressTrack,
  backfill: Backfill,
  now: number,
): FinishForecast | undefined {
  const running = getRunningPace(track, backfill, now);
  if (running === undefined || backfill.rowsInitial === null) {
    return undefined;
  }
  const { pace, lastUpdate } = running;
  const rowsInitial = Number(backfill.rowsInitial);
  const remainingRows = rowsInitial + track.rereadRows - lastUpdate.rows;
  const pageRows = predictPageRows(lastUpdate.pageRows);
  const forecastRows = remainingRows > 0 ? remainingRows : pageRows;
  const total = forecastDuration(pace, { fromRows: lastUpdate.rows, rows: forecastRows, pageRows });
  const pageMs = (total.ms * Math.min(pageRows, forecastRows)) / forecastRows;
  const logDeviation = Math.hypot(
    total.logDeviation,
    computeRestartDeviationMs(track, pace, pageMs, total.ms) / total.ms,
  );
  // The pages after an overdue page start only when it has arrived, so its delay moves the finish.
  const overdueMs = (1 + overdueFraction) * Math.max(0, getIdleMs(track, now) - pageMs);
  const factor = Math.exp(intervalDeviations * logDeviation);
  const at = getIdleSince(track) + total.ms + overdueMs;
  return {
    at,
    factor,
    isReliable:
      remainingRows > 0 &&
      at - now <= maxRemainingMs &&
      factor ** 2 <= maxSpread &&
      hasEnoughObservations(track, rowsInitial),
  };
}

/**
 * The standard deviation of the time that restarts of the reader will take, in milliseconds. The reader restarts on
 * busy servers, where pages are slow. The usual number of restarts per page, which depends on the duration of a page,
 * has the weight of five observed pages.
 */
function computeRestartDeviationMs(
  { restartCount }: ProgressTrack,
  { pageCount }: PaceEstimate,
  pageMs: number,
  remainingMs: number,
): number {
  const usualRestartsPerPage = Math.min(0.15, (pageMs / 150_000) ** 2);
  const restartsPerPage = (5 * usualRestartsPerPage + restartCount) / (5 + pageCount + restartCount);
  const restarts = restartsPerPage * Math.max(0, remainingMs / pageMs - 1);
  return Math.sqrt(restarts) * (restartMs + 2 * pageMs);
}

/**
 * Whether enough was observed for a prediction: at least three steps that cover a minute or a tenth of the table, or an
 * average over a tenth of the table. A prediction that is already displayed stays displayed after fewer steps, because
 * the first steps after an average improve the prediction.
 */
function hasEnoughObservations(
  { pace, lastUpdate, displayedFinish }: ProgressTrack,
  rowsInitial: number,
): boolean {
  return (
    pace !== null &&
    lastUpdate !== null &&
    (pace.stepCount >= 3 || pace.stepCount === 0 || displayedFinish !== null) &&
    (pace.observedMs >= 60_000 || lastUpdate.rows >= rowsInitial / 10)
  );
}
