/**
 * What was observed of one backfill over time. A value that JSON keeps as it is, of bounded size however
 * long the backfill runs. All times are the server's, in milliseconds since the epoch.
 */
export interface ProgressTrack {
  /** Until when it was watched, to within {@link observationStepMs}. */
  readonly observedAt: number;
  /** `updated_at` as of the last look. */
  readonly updatedAt: number;
  /** When it last began to run: its create, its resume, or an edit of its sink, which interrupts it. */
  readonly startedAt: number;
  /** Since when it rests by somebody's will, its own pause or its sink's; null while it should run. */
  readonly pausedSince: number | null;
  /** How long it had rested so before, in milliseconds. */
  readonly pausedMs: number;
  /** The longest silence between two writes that was watched and was no stall, in milliseconds. */
  readonly longestIdleMs: number;
  /** Rows that were processed before the first look, in a time of which nothing else is known. */
  readonly rowsBeforeObservation: number;
  /** The counter writes that were seen, oldest first, thinned out with age. */
  readonly updates: readonly ProgressUpdate[];
  /** The end that is shown: kept until what is foretold is clearly another; null while none is trusted. */
  readonly displayedEta: number | null;
  /** Tells a sink that was edited from one that was not; null while none was seen. */
  readonly sinkConfigHash: number | null;
}

/** A moment at which the counters were written, as far as it was seen: several pages may lie behind one. */
export interface ProgressUpdate {
  /** Server time, in milliseconds since the epoch. */
  readonly at: number;
  /** Rows processed by then. */
  readonly rows: number;
  /** The time that led to it tells nothing of the pace: the wait for a first page, a pause, an interruption. */
  readonly startsSegment?: true;
}
