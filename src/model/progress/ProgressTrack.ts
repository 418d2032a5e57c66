import { type Backfill, getUniqueRowsProcessed } from '../Backfill.ts';
import type { PaceEstimate } from './pace.ts';

/**
 * The observed progress of a backfill, as the basis of estimates and stall detection. Serializable as JSON, and of the
 * same size however long the backfill runs. All times are the server's, in milliseconds since the epoch.
 */
export interface ProgressTrack {
  /** The time of the last observation, to within `observationStepMs` of `idleTime.ts`. */
  readonly observedAt: number;
  /** `updated_at` at the last observation. */
  readonly updatedAt: number;
  /** The last start, resume or interruption, such as by an edit of the sink or a restart of the server. */
  readonly startedAt: number;
  /** When the backfill or its sink was paused; null while it should be running. */
  readonly pausedSince: number | null;
  /** The total duration of earlier pauses, in milliseconds. */
  readonly pausedMs: number;
  /** The longest observed idle time between two counter updates that wasn't a stall, in milliseconds. */
  readonly longestIdleMs: number;
  /** The latest counter update; null until the first rows are processed. */
  readonly lastUpdate: ProgressUpdate | null;
  /** Rows processed more than once, as far as observed: after an interruption, the last page is read again. */
  readonly rereadRows: number;
  /** The number of observed restarts of Sequin's table reader that no observed pause or interruption explains. */
  readonly restartCount: number;
  /** Null until the duration of a page was observed, or estimated from the rows before the first observation. */
  readonly pace: PaceEstimate | null;
  /** The finish time to display, kept until the prediction differs clearly; null while no prediction is reliable. */
  readonly displayedFinish: FinishTime | null;
}

/** An observed counter update. Several pages may lie between two of them. */
export interface ProgressUpdate {
  readonly at: number;
  /** Rows processed by then. */
  readonly rows: number;
  /** The size of the last page in rows; an average, possibly a fraction, if the sizes of the pages are unknown. */
  readonly pageRows: number;
}

/** A predicted finish time. */
export interface FinishTime {
  readonly at: number;
  /**
   * How uncertain the time is, 1 or more: with a probability of 80%, the true time left is between the predicted one
   * divided by this factor and multiplied by it.
   */
  readonly factor: number;
}

/**
 * Corrects the times by a number of milliseconds, after the estimate of the server's time changed. `updatedAt` stays as
 * the server reported it.
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
 * How long an unfinished backfill or its sink was paused, in milliseconds. A pause before the first observation is
 * unknown and counts as 0.
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

/** The rows that the backfill has read again after interruptions, as far as observed or evident from the count. */
export function getRereadRows(backfill: Backfill, progressTrack: ProgressTrack | undefined): number {
  // The rows of a page are an average if several pages lie between two observations.
  const observedRows = Math.round(progressTrack?.rereadRows ?? 0);
  return Math.max(observedRows, Number(backfill.rowsProcessed) - getUniqueRowsProcessed(backfill));
}
