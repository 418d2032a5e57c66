/**
 * The observed progress of a backfill, as the basis of estimates and stall detection. Serializable as JSON, and bounded
 * in size however long the backfill runs. All times are the server's, in milliseconds since the epoch.
 */
export interface ProgressTrack {
  /** The time of the last observation, to within {@link observationStepMs}. */
  readonly observedAt: number;
  /** `updated_at` at the last observation. */
  readonly updatedAt: number;
  /**
   * When the backfill last began to run: its start, its resume, or an edit of its sink, which interrupts it.
   */
  readonly startedAt: number;
  /** When the backfill or its sink was paused; null while it should be running. */
  readonly pausedSince: number | null;
  /** The total duration of earlier pauses, in milliseconds. */
  readonly pausedMs: number;
  /** The longest observed idle time between two counter updates that wasn't a stall, in milliseconds. */
  readonly longestIdleMs: number;
  /** Rows that were processed before the first observation, at an unknown rate. */
  readonly rowsBeforeObservation: number;
  /** The observed counter updates, oldest first, sparser with age. */
  readonly updates: readonly ProgressUpdate[];
  /**
   * The finish time to display: kept until the prediction differs clearly; null while there is no reliable
   * one.
   */
  readonly displayedEta: number | null;
  /** Changes when the sink is edited; null while no sink was observed. */
  readonly sinkConfigHash: number | null;
}

/** An observed counter update. Several pages may lie between two of them. */
export interface ProgressUpdate {
  /** The server's time, in milliseconds since the epoch. */
  readonly at: number;
  /** Rows processed by then. */
  readonly rows: number;
  /**
   * Set if the time before this update includes the wait for a first page, a pause or an interruption, so
   * that no rate follows from it.
   */
  readonly startsSegment?: true;
}

/** Corrects all times by a number of milliseconds, after the estimate of the server's time changed. */
export function shiftTrack(track: ProgressTrack, ms: number): ProgressTrack {
  const { observedAt, startedAt, pausedSince, updates, displayedEta } = track;
  return {
    ...track,
    observedAt: observedAt + ms,
    startedAt: startedAt + ms,
    pausedSince: pausedSince === null ? null : pausedSince + ms,
    updates: updates.map((update) => ({ ...update, at: update.at + ms })),
    displayedEta: displayedEta === null ? null : displayedEta + ms,
  };
}
