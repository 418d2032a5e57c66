import { type Backfill, compareNewestFirst, isUnfinished } from '../model/Backfill.ts';
import type { ChangeAction } from '../model/backfillActions.ts';
import { isFresh } from '../model/dataAge.ts';
import type { Database, DatedConnectionTest } from '../model/Database.ts';
import type { BackfillDeliveries, Deliveries, DeliveryRates } from '../model/deliveries/deliveries.ts';
import type { DeliveryFailure } from '../model/deliveryFailure.ts';
import type { Failure } from '../model/failure.ts';
import type { ProgressHistory } from '../model/history/history.ts';
import { isLoaded, type LoadState, neverLoaded } from '../model/LoadState.ts';
import type { ProgressTrack } from '../model/progress/ProgressTrack.ts';
import { type BackfillQueue, getQueuePosition } from '../model/queue/BackfillQueue.ts';
import type { Sink } from '../model/Sink.ts';
import type { SinkAction } from '../model/sinkActions.ts';

/** What Sequin's metrics report. */
export interface MetricsState {
  readonly url: string;
  /** The deliveries that were counted so far. If the latest request failed, they are from earlier requests. */
  readonly deliveries: Deliveries;
  /** The failure of the latest request; undefined after a successful one. */
  readonly failure: Failure | undefined;
}

/** A write that this window sent, for the user or the queue, and whose outcome isn't known yet. */
export type PendingWrite =
  | {
      readonly kind: 'change';
      readonly change: ChangeAction;
      readonly sinkId: string;
      readonly backfillId: string;
    }
  | { readonly kind: 'create'; readonly sinkId: string; readonly table: string }
  | { readonly kind: 'changeSink'; readonly action: SinkAction; readonly sinkId: string };

/** What a write changes: a backfill, a table of a sink, or a sink. */
export type WriteTarget =
  { readonly backfillId: string } | { readonly sinkId: string; readonly table?: string };

/** The key of a write. Each backfill, each table of a sink, and each sink has at most one pending write. */
export function getWriteKey(write: WriteTarget): string {
  if ('backfillId' in write) {
    return write.backfillId;
  }
  return write.table === undefined ? write.sinkId : `${write.sinkId}/${write.table}`;
}

/** Whether an earlier write to the same target is pending or has just ended, so that another one isn't possible yet. */
export function isWriteBlocked({ blockedWriteKeys }: Snapshot, target: WriteTarget): boolean {
  return blockedWriteKeys.has(getWriteKey(target));
}

/** Returns the pending change of a backfill, if any. */
export function getPendingChange({ pendingWrites }: Snapshot, backfillId: string): ChangeAction | undefined {
  const write = pendingWrites.get(getWriteKey({ backfillId }));
  return write?.kind === 'change' ? write.change : undefined;
}

/** Returns the pending action on a sink, if any. */
export function getPendingSinkAction({ pendingWrites }: Snapshot, sinkId: string): SinkAction | undefined {
  const write = pendingWrites.get(getWriteKey({ sinkId }));
  return write?.kind === 'changeSink' ? write.action : undefined;
}

/** The end of a backfill that was unfinished before. */
export interface BackfillEnd {
  /** `deleted`: the backfill no longer exists on the server, because its sink was deleted. */
  readonly kind: 'finished' | 'deleted';
  readonly backfill: Backfill;
  readonly sink: Sink | undefined;
}

/** Everything known about one server at one moment. Immutable: each update creates a new snapshot. */
export interface Snapshot {
  readonly sinks: ReadonlyMap<string, Sink>;
  readonly sinksLoad: LoadState;
  /** The backfills by sink id, then by backfill id: all unfinished ones, and the finished ones that were loaded. */
  readonly backfills: ReadonlyMap<string, ReadonlyMap<string, Backfill>>;
  /** Load states of backfill lists, by sink id. Sinks whose list was never requested have no entry. */
  readonly backfillListLoads: ReadonlyMap<string, LoadState>;
  /** The progress of each unfinished backfill, by backfill id. */
  readonly progressTracks: ReadonlyMap<string, ProgressTrack>;
  /**
   * The local time at which the latest response with an unfinished backfill arrived, by backfill id, in milliseconds
   * since the epoch. Backfills that are known only from the last session have no entry.
   */
  readonly receiptTimes: ReadonlyMap<string, number>;
  /**
   * The histories by backfill id: of unfinished backfills, and of the latest ones that finished while they were
   * monitored. Backfills that had already finished when they were first loaded have no history.
   */
  readonly progressHistories: ReadonlyMap<string, ProgressHistory>;
  /**
   * The recent failures of the delivery check of a sink, oldest first, by sink id. Sinks without failures have no
   * entry.
   */
  readonly deliveryFailures: ReadonlyMap<string, readonly DeliveryFailure[]>;
  /**
   * Ends that no notification has reported yet, oldest first. They are saved together with the new states of the
   * backfills. Otherwise, an end could be lost or reported twice when the window closes.
   */
  readonly unreportedEnds: readonly BackfillEnd[];
  /** Pending writes by {@link getWriteKey}. */
  readonly pendingWrites: ReadonlyMap<string, PendingWrite>;
  /**
   * The keys of writes that are pending or have just ended. Views offer no action for their targets, because the next
   * action appears in the place of the last one and would receive the second click of a double click.
   */
  readonly blockedWriteKeys: ReadonlySet<string>;
  /** Sequin's metrics; undefined if the connection has no metrics URL. */
  readonly metrics: MetricsState | undefined;
  /** The backfills that run a few at a time; undefined if there is no queue. */
  readonly queue: BackfillQueue | undefined;
  /** The source databases, by id; empty before they are loaded. */
  readonly databases: ReadonlyMap<string, Database>;
  readonly databasesLoad: LoadState;
  /** The latest connection tests, by database id. */
  readonly connectionTests: ReadonlyMap<string, DatedConnectionTest>;
  /** The server's clock minus the local clock, in milliseconds. */
  readonly clockSkewMs: number;
  /** Sequin's version; undefined before it is loaded, and if the server is too old to report it. */
  readonly version: string | undefined;
}

export const emptySnapshot: Snapshot = {
  sinks: new Map(),
  sinksLoad: neverLoaded,
  backfills: new Map(),
  backfillListLoads: new Map(),
  progressTracks: new Map(),
  receiptTimes: new Map(),
  progressHistories: new Map(),
  deliveryFailures: new Map(),
  unreportedEnds: [],
  pendingWrites: new Map(),
  blockedWriteKeys: new Set(),
  metrics: undefined,
  queue: undefined,
  databases: new Map(),
  databasesLoad: neverLoaded,
  connectionTests: new Map(),
  clockSkewMs: 0,
  version: undefined,
};

/** Finds the source database of a sink by the database's name; undefined if the database isn't loaded. */
export function findDatabaseOfSink({ databases }: Snapshot, { database }: Sink): Database | undefined {
  return [...databases.values()].find(({ name }) => name === database);
}

/** Lists the sinks that read from a database. */
export function getSinksOfDatabase({ sinks }: Snapshot, { name }: Database): Sink[] {
  return [...sinks.values()].filter(({ database }) => database === name);
}

/** What a view may have to render again after a change of the snapshot. */
export interface SnapshotChange {
  /** Whether sinks were added or removed. */
  readonly sinkListChanged: boolean;
  /**
   * The ids of the sinks whose rows or pages may look different, because the sink, its backfills, the load state of its
   * backfill list, its pending writes, its deliveries, the queue or the version changed.
   */
  readonly changedSinkIds: ReadonlySet<string>;
  readonly changedBackfillIds: ReadonlySet<string>;
  /**
   * Whether something about the whole connection changed: the load state of the sinks or databases, the databases or
   * their connection tests, the version, or the failure of the metrics. Also true when data becomes so old that views
   * show its age.
   */
  readonly connectionChanged: boolean;
}

/** Finds a backfill in a snapshot. */
export function findBackfill(snapshot: Snapshot, sinkId: string, backfillId: string): Backfill | undefined {
  return snapshot.backfills.get(sinkId)?.get(backfillId);
}

const noBackfills: ReadonlyMap<string, Backfill> = new Map();

/** Returns the known backfills of a sink by id; empty for an unknown sink. */
export function getBackfillMap({ backfills }: Snapshot, sinkId: string): ReadonlyMap<string, Backfill> {
  return backfills.get(sinkId) ?? noBackfills;
}

/** Lists the known backfills of a sink, in no particular order. */
export function getBackfillsOfSink(snapshot: Snapshot, sinkId: string): Backfill[] {
  return [...getBackfillMap(snapshot, sinkId).values()];
}

/** Lists the known backfills of all sinks, in no particular order. */
export function getAllBackfills({ backfills }: Pick<Snapshot, 'backfills'>): Backfill[] {
  return [...backfills.values()].flatMap((backfillsOfSink) => [...backfillsOfSink.values()]);
}

/**
 * Lists the known backfills of a sink: unfinished ones that aren't queued, newest first; queued ones, in the order of
 * the queue; finished ones, newest first.
 */
export function listBackfillsInOrder(snapshot: Snapshot, sinkId: string): Backfill[] {
  const { queue } = snapshot;
  return getBackfillsOfSink(snapshot, sinkId).sort(
    (a, b) =>
      Number(isUnfinished(b)) - Number(isUnfinished(a)) ||
      (getQueuePosition(queue, a) ?? 0) - (getQueuePosition(queue, b) ?? 0) ||
      compareNewestFirst(a, b),
  );
}

/**
 * Whether the data of a backfill is from the last session, or from before a failed request for the list of sinks. While
 * that request fails, progress from a request for the single backfill isn't stale as long as it is fresh (see
 * {@link isFresh}). `now` is the local time in milliseconds since the epoch.
 */
export function isStale(snapshot: Snapshot, { id }: Backfill, now: number): boolean {
  const { failure, fromCache, loadedAt = 0 } = snapshot.sinksLoad;
  const receivedAt = snapshot.receiptTimes.get(id) ?? 0;
  const isNewerThanList = receivedAt > loadedAt && isFresh(receivedAt, now);
  return fromCache === true || (failure !== undefined && !isNewerThanList);
}

/**
 * Whether no action is possible, because the server is unreachable or rejects the token. Views then dim the rows. A
 * slow or busy server still accepts actions.
 */
export function areActionsUnavailable({ sinksLoad }: Pick<Snapshot, 'sinksLoad'>): boolean {
  const kind = sinksLoad.failure?.kind;
  return kind === 'network' || kind === 'tls' || kind === 'unauthorized';
}

/**
 * Returns the load state of the list of sinks, with `loadedAt` replaced by the time of the data that a view shows. With
 * a `backfill`, this is the time of the backfill's progress; it is undefined for a finished backfill, so that no age is
 * shown, unless the list of sinks failed. Without a `backfill`, it is the time of the oldest progress of the active
 * backfills, which may be newer than the list of sinks. If no backfill is active, it is the time of the list.
 */
export function getShownLoad(snapshot: Snapshot, backfill?: Backfill): LoadState {
  const { receiptTimes, sinksLoad } = snapshot;
  if (!isLoaded(sinksLoad)) {
    return sinksLoad;
  }
  if (backfill !== undefined) {
    const loadedAt = receiptTimes.get(backfill.id);
    // A finished backfill doesn't change, so its age matters only after a failure.
    return loadedAt === undefined && sinksLoad.failure !== undefined ? sinksLoad : { ...sinksLoad, loadedAt };
  }
  const active = getAllBackfills(snapshot).filter(({ state }) => state === 'active');
  const times = active.map(({ id }) => receiptTimes.get(id) ?? Number.POSITIVE_INFINITY);
  const oldest = Math.min(...times);
  return Number.isFinite(oldest) ? { ...sinksLoad, loadedAt: oldest } : sinksLoad;
}

/**
 * Returns what the metrics report about a sink and, if there is an `id`, about the backfill with this id. If the latest
 * request failed, `rates` is undefined, and `ofBackfill` keeps its last value. `updatedAt` is the local time at which
 * the latest successful request was sent, in milliseconds since the epoch.
 */
export function getDeliveries(
  { metrics }: Pick<Snapshot, 'metrics'>,
  { id, sinkId }: { readonly sinkId: string; readonly id?: string },
): {
  readonly ofBackfill: BackfillDeliveries | undefined;
  readonly rates: DeliveryRates | undefined;
  readonly updatedAt: number | undefined;
} {
  return {
    updatedAt: metrics?.deliveries.samples.at(-1)?.at,
    ofBackfill: id === undefined ? undefined : metrics?.deliveries.ofBackfills.get(id),
    rates: metrics?.failure === undefined ? metrics?.deliveries.rates.get(sinkId) : undefined,
  };
}
