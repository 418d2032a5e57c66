import type { Failure } from './failure.ts';

/** The numbers of items of a response that couldn't be read. */
export interface SkippedItems {
  readonly sinks?: number;
  readonly backfills?: number;
  readonly databases?: number;
}

/** The load state of a resource. Data from an earlier response stays available after a failure. */
export interface LoadState {
  readonly loading: boolean;
  /**
   * The time of the last successful response, in milliseconds since the epoch; undefined: none yet, or no age to show (see
   * `getShownLoad`).
   */
  readonly loadedAt: number | undefined;
  /** The failure of the latest attempt; undefined after a successful one. */
  readonly failure: Failure | undefined;
  /** The items of the latest response that couldn't be read; undefined if there are none. */
  readonly skipped?: SkippedItems | undefined;
  /** For a backfill list: the number of its oldest finished backfills, which the snapshot leaves out. */
  readonly older?: number;
  /** The time of the next automatic attempt after a failure, in milliseconds since the epoch; undefined: no attempt. */
  readonly retryAt?: number | undefined;
  /** The data is from the last session; no response of this session has replaced it yet. */
  readonly fromCache?: true;
}

export const neverLoaded: LoadState = { loading: false, loadedAt: undefined, failure: undefined };

/** Whether a list has loaded in this session, rather than from the file of the last one. */
export function isLoaded({ loadedAt, fromCache }: LoadState): boolean {
  return loadedAt !== undefined && fromCache !== true;
}
