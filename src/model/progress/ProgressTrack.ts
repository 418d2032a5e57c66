import { type Backfill, getUniqueRowsProcessed } from '../Backfill.ts';
import type { PaceEstimate } from './pace.ts';

/**
 * The observed progress of a backfill, on which estimates and the detection of stalls are based. Can be stored as JSON.
 * Doesn't grow, however long the backfill runs. All times are the server's, in milliseconds since the epoch.
 */
export interface ProgressTrack {
  /** The time of the last observation, or up to `observationStepMs` before it. */
  readonly observedAt: number;
  /** `updated_at` at the last observation. */
  readonly updatedAt: number;
  /** The time of the last start, resume or interruption, such as an edit of the sink. */
  readonly startedAt: number;
  /** The time at which the backfill or its sink was paused; null while neither is paused. */
  readonly pausedSince: number | null;
  /** The total duration of the observed pauses that have ended, in milliseconds. */
  readonly pausedMs: number;
  /** The longest idle time that was observed between two counter updates and wasn't a stall, in milliseconds. */
  readonly longestIdleMs: number;
  /** The latest counter update; null until the first rows are processed. */
  readonly lastUpdate: ProgressUpdate | null;
  /** The observed number of rows that were read again. After an interruption, Sequin reads the last page again. */
  readonly rereadRows: number;
  /** The number of observed restarts of the table reader that no observed pause or interruption explains. */
  readonly restartCount: number;
  /** Null until the duration of a page is observed, or estimated from the rows before the first observation. */
  readonly pace: PaceEstimate | null;
  /**
   * The displayed finish time. Changes only if the prediction clearly differs. Null while no prediction is reliable.
   */
  readonly displayedFinish: FinishTime | null;
}

/** An observed counter update. Several pages may lie between two of them. */
export interface ProgressUpdate {
  readonly at: number;
  /** The rows that were processed by then. */
  readonly rows: number;
  /** The number of rows in the last page. An average, possibly a fraction, if the sizes of the pages are unknown. */
  readonly pageRows: number;
}

/** A predicted finish time. */
export interface FinishTime {
  readonly at: number;
  /**
   * How uncertain the time is: a factor of 1 or more. With a probability of 80%, the true time left is at least the
   * predicted time left divided by this factor, and at most the predicted time left multiplied by it.
   */
  readonly factor: number;
}

/**
 * Shifts the times of a track by `ms` milliseconds, to apply a correction of the estimated server time. Doesn't shift
 * `updatedAt`, because the server reports it.
 */
export function shiftTrack(track: ProgressTrack, ms: number): ProgressTrack {
  const { observedAt, startedAt, pausedSince, lastUpdate, displayedFinish } = track;
  return {
    ...track,
    observedAt: observedAt + ms,
    startedAt: startedAt + ms,
    pausedSince: pausedSince === null ? null : pausedSince + ms,
    lastUpdate: lastUpdate && { ...lastUpdate, at: lastUpdate.at + ms },
    displayedFinish: displayedFinish && { ...displayedFinish, at: displayedFinish.at + ms },
  };
}

/**
 * The total time for which an unfinished backfill or its sink was paused, in milliseconds. Doesn't include pauses that
 * ended before the first observation, because they are unknown.
 * @param serverNow the server's time in milliseconds since the epoch
 */
export function getPausedMs(progressTrack: ProgressTrack | undefined, serverNow: number): number {
  if (progressTrack === undefined) {
    return 0;
  }
  const { pausedMs, pausedSince } = progressTrack;
  return pausedMs + (pausedSince === null ? 0 : Math.max(0, serverNow - pausedSince));
}

/** The time since an unfinished backfill was created, without its pauses ({@link getPausedMs}), in milliseconds. */
export function getRunningMs(
  { insertedAt }: Backfill,
  progressTrack: ProgressTrack | undefined,
  serverNow: number,
): number {
  return Math.max(0, serverNow - insertedAt - getPausedMs(progressTrack, serverNow));
}

/**
 * The number of rows that are known to have been read again after interruptions: either this was observed, or the
 * processed rows exceed the row count.
 */
export function getRereadRows(backfill: Backfill, progressTrack: ProgressTrack | undefined): number {
  // Rounded, because the size of a page is an average, possibly a fraction, if several pages lie between observations.
  const observedRows = Math.round(progressTrack?.rereadRows ?? 0);
  return Math.max(observedRows, Number(backfill.rowsProcessed) - getUniqueRowsProcessed(backfill));
}
