import type { Failure } from '../api/failure.ts';
import type { Backfill } from '../model/Backfill.ts';
import type { BackfillChange } from '../model/backfillChanges.ts';
import type { ProgressHistory } from '../model/history/history.ts';
import type { ProgressTrack } from '../model/progress/ProgressTrack.ts';
import type { Sink } from '../model/Sink.ts';

/** How the asking for something stands. What an earlier answer told stays beside a later failure. */
export interface LoadState {
  readonly loading: boolean;
  /** When it was last answered, in milliseconds since the epoch; undefined: never. */
  readonly loadedAt: number | undefined;
  /** Why the latest try failed; undefined once one succeeds. */
  readonly failure: Failure | undefined;
  /** When it is tried again after a failure; undefined: not by itself. */
  readonly retryAt?: number | undefined;
  /** Told by the last session, and by no answer of this one yet. */
  readonly fromCache?: true;
}

export const neverLoaded: LoadState = { loading: false, loadedAt: undefined, failure: undefined };

/**
 * Something that the user has done here and the server has not shown yet. Once it is `settled` the rest of the
 * snapshot tells what came of it; it stays a moment longer, so that the second press of a double click meets it.
 */
export type PendingWrite =
  | {
      readonly kind: 'change';
      readonly change: BackfillChange;
      readonly sinkId: string;
      readonly backfillId: string;
      readonly settled: boolean;
    }
  | { readonly kind: 'create'; readonly sinkId: string; readonly table: string; readonly settled: boolean };

/** What tells a write from others: there is one at a time for each backfill, and for each table of a sink. */
export function getWriteKey(
  write: { readonly backfillId: string } | { readonly sinkId: string; readonly table: string },
): string {
  return 'backfillId' in write ? write.backfillId : `${write.sinkId}/${write.table}`;
}

/** All that is known of one server at one moment. Never changed: the next moment is another snapshot. */
export interface Snapshot {
  readonly sinks: ReadonlyMap<string, Sink>;
  readonly sinksLoad: LoadState;
  /** By sink, then by backfill; the open ones of every sink, and the past ones where the history is loaded. */
  readonly backfills: ReadonlyMap<string, ReadonlyMap<string, Backfill>>;
  /** By sink; a sink whose history nobody asked for is missing. */
  readonly backfillListLoads: ReadonlyMap<string, LoadState>;
  /** What was observed of each open backfill over time, by its id. */
  readonly progressTracks: ReadonlyMap<string, ProgressTrack>;
  /**
   * What happened to each open backfill, and to the latest ones of which the end was seen here, by its id. One that
   * only a history told has none.
   */
  readonly progressHistories: ReadonlyMap<string, ProgressHistory>;
  /** What is under way, by its {@link getWriteKey}. */
  readonly pendingWrites: ReadonlyMap<string, PendingWrite>;
  /** The server's clock minus the editor's, in milliseconds. */
  readonly clockSkewMs: number;
  /** Sequin's version; undefined while it is not known, and where the server is too old to tell. */
  readonly version: string | undefined;
}

export const emptySnapshot: Snapshot = {
  sinks: new Map(),
  sinksLoad: neverLoaded,
  backfills: new Map(),
  backfillListLoads: new Map(),
  progressTracks: new Map(),
  progressHistories: new Map(),
  pendingWrites: new Map(),
  clockSkewMs: 0,
  version: undefined,
};

/** What one change did, by id. An empty list says that nothing of the kind changed. */
export interface SnapshotChange {
  /** Sinks came or went. */
  readonly sinkListChanged: boolean;
  /** Sinks that changed themselves, or whose backfills or whose history's load did. */
  readonly changedSinkIds: ReadonlySet<string>;
  readonly changedBackfillIds: ReadonlySet<string>;
  /** The load of the list of sinks changed. */
  readonly sinksLoadChanged: boolean;
  /** Backfills that were open when last seen and are known to have ended now. */
  readonly finishedBackfills: readonly Backfill[];
  /** Those of `ended` that were cancelled here. */
  readonly cancelledHereIds: ReadonlySet<string>;
}

/** One backfill of a snapshot, or undefined. */
export function findBackfill(snapshot: Snapshot, sinkId: string, backfillId: string): Backfill | undefined {
  return snapshot.backfills.get(sinkId)?.get(backfillId);
}

/** The known backfills of a sink, in no order. */
export function backfillsOf(snapshot: Snapshot, sinkId: string): Backfill[] {
  return [...(snapshot.backfills.get(sinkId)?.values() ?? [])];
}
