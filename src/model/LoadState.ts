import type { Failure } from './failure.ts';

/** The numbers of unreadable items in a response. */
export interface SkippedItems {
  readonly sinks?: number;
  readonly backfills?: number;
  readonly databases?: number;
}

/** The load state of a resource. Data from an earlier response stays available after a failure. */
export interface LoadState {
  readonly loading: boolean;
  /**
   * The time of the last successful response, in milliseconds since the epoch. Undefined if there was none, or if views
   * shouldn't show the age of the data (see `getShownLoad`).
   */
  readonly loadedAt: number | undefined;
  /** The failure of the latest attempt; undefined if the attempt was successful. */
  readonly failure: Failure | undefined;
  /** The numbers of unreadable items in the latest response; undefined if there were none. */
  readonly skipped?: SkippedItems | undefined;
  /** For a backfill list: the number of backfills that the snapshot leaves out. They are the oldest finished ones. */
  readonly olderCount?: number;
  /**
   * The time of the next automatic attempt after a failure, in milliseconds since the epoch; undefined if there is
   * none.
   */
  readonly retryAt?: number | undefined;
  /** Set for data from the last session, until a response replaces it. */
  readonly fromCache?: true;
}

export const neverLoaded: LoadState = { loading: false, loadedAt: undefined, failure: undefined };

/** Whether a list has loaded in this session. Data that was saved in the last session doesn't count. */
export function isLoaded({ loadedAt, fromCache }: LoadState): boolean {
  return loadedAt !== undefined && fromCache !== true;
}
