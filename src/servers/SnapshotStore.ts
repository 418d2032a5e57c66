import type { Listing, SinkListing, SinkWithBackfills } from '../api/SequinApi.ts';
import { type Backfill, compareNewestFirst, isUnfinished } from '../model/Backfill.ts';
import type { Database, DatedConnectionTest } from '../model/Database.ts';
import { isResourceNotFound } from '../model/failure.ts';
import type { BackfillQueue } from '../model/queue/BackfillQueue.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import { haveSameValues, omitKey, reuseIfEqual } from '../shared/maps.ts';
import { findInterruptedByEdit } from './findInterrupted.ts';
import { type LoadState, neverLoaded } from './LoadState.ts';
import { findProgressTimes, findUnlistedBackfills, mergeSinkList, shiftServerTime } from './mergeSinkList.ts';
import { RequestOrder } from './RequestOrder.ts';
import { ServerClock } from './ServerClock.ts';
import {
  emptySnapshot,
  findBackfill,
  getBackfillMap,
  getBackfillsOfSink,
  getWriteKey,
  type MetricsState,
  type PendingWrite,
  type Snapshot,
  type SnapshotChange,
} from './Snapshot.ts';
import { SnapshotMerger } from './SnapshotMerger.ts';
import type { OrderedOutcome } from './WriteSender.ts';

const noChange: SnapshotChange = {
  sinkListChanged: false,
  changedSinkIds: new Set(),
  changedBackfillIds: new Set(),
  connectionChanged: false,
};

/** The largest number of unreported ends. The oldest are dropped if no notification ever reports them. */
const maxUnreportedEnds = 200;

/** The number of finished backfills per sink that are kept at first: a server may have thousands. */
const initialBackfillLimit = 200;
/** How many backfills that were fetched individually are kept beyond the limit of a sink. */
const backfillLimitTolerance = 50;

/**
 * Holds the snapshot of one server. Each response creates a new snapshot and fires one event with the differences;
 * unchanged parts keep their identity. `now` is the time of the local clock, in milliseconds since the epoch.
 *
 * Responses are ordered by when they were requested: `order` comes from {@link startRequest}. Outdated data is ignored.
 */
export class SnapshotStore extends DisposableBase {
  #snapshot: Snapshot;
  readonly #serverClock: ServerClock;
  readonly #requestOrder = new RequestOrder();
  #lastListOrder = 0;
  /** The number of finished backfills that are kept, by sink id, for the sinks of which the user asked for older ones. */
  readonly #backfillLimits = new Map<string, number>();
  readonly #onDidChange = this.register(new Emitter<SnapshotChange>());
  readonly onDidChange = this.#onDidChange.event;

  /** Starts from the snapshot of the last session, if there is one. */
  constructor(snapshot: Snapshot = emptySnapshot) {
    super();
    this.#snapshot = snapshot;
    this.#serverClock = new ServerClock(snapshot.sinksLoad.loadedAt, snapshot.clockSkewMs);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** The number of backfills whose latest request is remembered, to check memory use. */
  get rememberedRequestCount(): number {
    return this.#requestOrder.rememberedCount;
  }

  /** The order of the request for the latest list of sinks. */
  get lastListOrder(): number {
    return this.#lastListOrder;
  }

  /** Returns the order of a request that is about to be sent. */
  startRequest(): number {
    return this.#requestOrder.start();
  }

  /**
   * Applies the list of all sinks. Returns the known unfinished backfills that the list doesn't contain: they have
   * finished, in a state that the list doesn't report, or their sink doesn't report unfinished backfills at all. They stay
   * unchanged until they are fetched individually.
   * @param requestedAt when the list was requested, by the local clock
   */
  applySinks(
    { items: received, skipped, serverTime }: SinkListing,
    now: number,
    order = this.startRequest(),
    requestedAt = now,
  ): Backfill[] {
    this.#lastListOrder = order;
    // Of several sinks with the same id, which only a faulty server lists, the last one counts.
    const listed = [...new Map(received.map((item) => [item.sink.id, item])).values()];
    const items = listed.map((item) => ({
      sink: this.#requestOrder.getLatestSink(item.sink, this.#snapshot.sinks, order),
      backfills: this.#requestOrder.accept(item.unfinishedBackfills ?? [], order),
      skippedBackfills: item.skippedBackfills ?? 0,
    }));
    const progressTimes = findProgressTimes(this.#snapshot, items);
    const correctionMs = this.#serverClock.addPoll(now, serverTime, progressTimes, requestedAt);
    const previous = shiftServerTime(this.#snapshot, correctionMs);
    const list = { items, skippedSinks: skipped };
    const { merger, patch, change, removedSinkIds } = mergeSinkList(
      previous,
      list,
      now,
      this.#serverClock.skewMs,
    );
    for (const sinkId of removedSinkIds) {
      this.#forgetSink(sinkId);
    }
    this.#updateMerged(merger, patch, change);
    return this.#requestOrder.dropOutdated(
      listed.flatMap((sinkResponse) => findUnlistedBackfills(previous, sinkResponse)),
      order,
    );
  }

  /** Doubles the number of finished backfills that are kept of the next backfill list of a sink. */
  raiseBackfillLimit(sinkId: string): void {
    this.#backfillLimits.set(sinkId, 2 * this.#getBackfillLimit(sinkId));
  }

  /**
   * Applies the complete backfill list of a sink. Removes the backfills that it doesn't contain, and the oldest finished
   * ones beyond the limit. `skipped` is the number of backfills that couldn't be read.
   */
  applyBackfillList(
    sinkId: string,
    backfills: readonly Backfill[],
    now: number,
    order = this.startRequest(),
    skipped = 0,
  ): void {
    const knownBackfills = getBackfillMap(this.#snapshot, sinkId);
    const oldest = this.#findOldest(backfills, this.#getBackfillLimit(sinkId));
    const knownOldest = [...oldest].filter(({ id }) => knownBackfills.has(id));
    // A few old backfills were fetched individually, because a page shows them.
    const retained = new Set(knownOldest.length <= backfillLimitTolerance ? knownOldest : []);
    const listed = backfills.filter((backfill) => !oldest.has(backfill) || retained.has(backfill));
    const listedIds = new Set(listed.map(({ id }) => id));
    this.#updateSink(sinkId, now, {
      received: this.#requestOrder.accept(listed, order),
      removed: this.#requestOrder.dropOutdated(
        [...knownBackfills.values()].filter(({ id }) => !listedIds.has(id)),
        order,
      ),
      loadPatch: {
        loading: false,
        loadedAt: now,
        failure: undefined,
        skipped: skipped === 0 ? undefined : { sinks: 0, backfills: skipped },
        older: oldest.size - retained.size,
      },
    });
  }

  /** Applies one backfill from the response to a read. */
  applyBackfill(backfill: Backfill, now: number, order = this.startRequest()): void {
    this.#updateSink(backfill.sinkId, now, { received: this.#requestOrder.accept([backfill], order) });
    this.#removeOldest(backfill.sinkId, now);
  }

  /** Removes a backfill that no longer exists on the server. */
  removeBackfill(sinkId: string, backfillId: string, now: number): void {
    const backfill = findBackfill(this.#snapshot, sinkId, backfillId);
    if (backfill !== undefined) {
      this.#updateSink(sinkId, now, { deleted: [backfill] });
    }
  }

  /** Removes a sink that no longer exists on the server, with its backfills. */
  removeSink(sinkId: string): void {
    const previous = this.#snapshot;
    if (!previous.sinks.has(sinkId)) {
      return;
    }
    this.#forgetSink(sinkId);
    const merger = new SnapshotMerger(previous, 0, 0);
    merger.removeDeleted(getBackfillMap(previous, sinkId));
    this.#updateMerged(
      merger,
      {
        sinks: omitKey(previous.sinks, sinkId),
        backfills: omitKey(previous.backfills, sinkId),
        backfillListLoads: omitKey(previous.backfillListLoads, sinkId),
        pendingWrites: new Map([...previous.pendingWrites].filter(([, write]) => write.sinkId !== sinkId)),
        deliveryFailures: omitKey(previous.deliveryFailures, sinkId),
      },
      { sinkListChanged: true, changedSinkIds: new Set([sinkId]) },
    );
  }

  /** Removes the unreported ends, after they were reported or if they need no report. */
  clearUnreportedEnds(): void {
    if (this.#snapshot.unreportedEnds.length > 0) {
      this.#update({ unreportedEnds: [] });
    }
  }

  /** Adds a pending write, which blocks the next one. */
  beginWrite(write: PendingWrite): void {
    const { pendingWrites, blockedWriteKeys } = this.#snapshot;
    const key = getWriteKey(write);
    this.#update(
      {
        pendingWrites: new Map(pendingWrites).set(key, write),
        blockedWriteKeys: new Set(blockedWriteKeys).add(key),
      },
      toChange(write),
    );
  }

  /** Ends the time during which a write that has ended blocks the next one. */
  unblockWrite(write: PendingWrite): void {
    const blockedWriteKeys = new Set(this.#snapshot.blockedWriteKeys);
    blockedWriteKeys.delete(getWriteKey(write));
    this.#update({ blockedWriteKeys }, toChange(write));
  }

  /** Removes a pending write, and applies the backfill that its response or a read returned in the same event. */
  endWrite(write: PendingWrite, now: number, result?: OrderedOutcome<Backfill>): void {
    const { pendingWrites } = this.#snapshot;
    const changedBackfillIds = getBackfillIds(write);
    const isRemoved = result?.outcome.kind === 'failed' && isResourceNotFound(result.outcome.failure);
    this.#updateSink(write.sinkId, now, {
      received: result === undefined ? [] : this.#acceptOutcome(write, result),
      removed: isRemoved
        ? changedBackfillIds.flatMap((id) => findBackfill(this.#snapshot, write.sinkId, id) ?? [])
        : [],
      patch: { pendingWrites: omitKey(pendingWrites, getWriteKey(write)) },
      changedBackfillIds,
    });
  }

  /**
   * Removes a pending write to a sink, and applies the sink that its response or a read returned in the same event. The
   * response to a write has no health, so the known health stays.
   */
  endSinkWrite(
    write: PendingWrite,
    now: number,
    { outcome, order }: OrderedOutcome<SinkWithBackfills>,
  ): void {
    const previous = this.#snapshot;
    const { sinkId } = write;
    const knownSink = previous.sinks.get(sinkId);
    const isDone = outcome.kind === 'done';
    const received = isDone ? outcome.written : outcome.current;
    if (received === undefined || knownSink === undefined) {
      this.endWrite(write, now);
      return;
    }
    // Reads that were requested before the response to a write are outdated.
    const effectiveOrder = isDone ? this.startRequest() : order;
    this.#requestOrder.setSink(sinkId, effectiveOrder);
    const sink = reuseIfEqual(knownSink, {
      ...received.sink,
      health: received.sink.health ?? knownSink.health,
    });
    const sinks = sink === knownSink ? previous.sinks : new Map(previous.sinks).set(sinkId, sink);
    const merger = this.#createMerger(now);
    merger.interrupt(findInterruptedByEdit(previous, sinks));
    const backfills = merger.merge(
      getBackfillMap(previous, sinkId),
      this.#requestOrder.accept(received.unfinishedBackfills ?? [], effectiveOrder),
      sink,
    );
    this.#updateMerged(
      merger,
      {
        sinks,
        backfills: new Map(previous.backfills).set(sinkId, backfills),
        pendingWrites: omitKey(previous.pendingWrites, getWriteKey(write)),
      },
      { changedSinkIds: new Set([sinkId]) },
    );
  }

  /** Changes the load state of the list of sinks. An empty patch only fires the event. */
  setSinksLoad(loadPatch: Partial<LoadState>): void {
    this.#update({ sinksLoad: { ...this.#snapshot.sinksLoad, ...loadPatch } }, { connectionChanged: true });
  }

  /** Records that a request for the list of sinks starts. Fires no event while the list is current: no view shows that. */
  startSinksLoad(): void {
    const { loadedAt, failure } = this.#snapshot.sinksLoad;
    const sinksLoad = { ...this.#snapshot.sinksLoad, loading: true, retryAt: undefined };
    if (loadedAt === undefined || failure !== undefined) {
      this.#update({ sinksLoad }, { connectionChanged: true });
    } else {
      this.#snapshot = { ...this.#snapshot, sinksLoad };
    }
  }

  /** Applies the list of databases, which was loaded at the local time `now`. */
  applyDatabases({ items, skipped }: Listing<Database>, now: number): void {
    const previous = this.#snapshot;
    const received = new Map(
      items.map((database) => [database.id, reuseIfEqual(previous.databases.get(database.id), database)]),
    );
    const connectionTests = new Map([...previous.connectionTests].filter(([id]) => received.has(id)));
    if (!haveSameValues(previous.databases, received)) {
      this.#snapshot = { ...previous, databases: received, connectionTests };
    }
    this.setDatabasesLoad({
      loading: false,
      loadedAt: now,
      failure: undefined,
      skipped: skipped === 0 ? undefined : { databases: skipped },
    });
  }

  /** Changes the load state of the databases. */
  setDatabasesLoad(loadPatch: Partial<LoadState>): void {
    const databasesLoad = { ...this.#snapshot.databasesLoad, ...loadPatch };
    this.#update({ databasesLoad }, { connectionChanged: true });
  }

  /** Records the result of a connection test of a database. */
  setConnectionTest(databaseId: string, test: DatedConnectionTest): void {
    const connectionTests = new Map(this.#snapshot.connectionTests).set(databaseId, test);
    this.#update({ connectionTests }, { connectionChanged: true });
  }

  /** Sets the server's version. Marks all sinks as changed, because the available actions depend on the version. */
  setVersion(version: string | undefined): void {
    if (version !== this.#snapshot.version) {
      const changedSinkIds = new Set(this.#snapshot.sinks.keys());
      this.#update({ version }, { changedSinkIds, connectionChanged: true });
    }
  }

  /** Sets the metrics. Marks the backfills whose deliveries are counted as changed, and their sinks. */
  setMetrics(metrics: MetricsState | undefined): void {
    const previous = this.#snapshot.metrics;
    const counted = [...(previous?.deliveries.ofBackfills ?? []), ...(metrics?.deliveries.ofBackfills ?? [])];
    this.#update(
      { metrics },
      {
        changedSinkIds: new Set(counted.map(([, { sinkId }]) => sinkId)),
        changedBackfillIds: new Set(counted.map(([id]) => id)),
        connectionChanged: previous?.failure !== metrics?.failure,
      },
    );
  }

  /** Sets the queue. Marks its sinks and backfills as changed, because the positions of all may have changed. */
  setQueue(queue: BackfillQueue | undefined): void {
    const previous = this.#snapshot.queue;
    if (queue !== previous) {
      const items = [...(previous?.items ?? []), ...(queue?.items ?? [])];
      this.#update(
        { queue },
        {
          changedSinkIds: new Set(items.map(({ sinkId }) => sinkId)),
          changedBackfillIds: new Set(items.map(({ backfillId }) => backfillId)),
        },
      );
    }
  }

  /** Changes the load state of the backfill list of a sink. */
  setBackfillListLoad(sinkId: string, loadPatch: Partial<LoadState>): void {
    this.#update(this.#patchListLoad(sinkId, loadPatch), { changedSinkIds: new Set([sinkId]) });
  }

  #forgetSink(sinkId: string): void {
    this.#backfillLimits.delete(sinkId);
    this.#requestOrder.forgetSink(sinkId);
  }

  #getBackfillLimit(sinkId: string): number {
    return this.#backfillLimits.get(sinkId) ?? initialBackfillLimit;
  }

  /**
   * Finds the oldest finished backfills beyond a limit. Those with a history, which were monitored until they finished,
   * are never among them.
   */
  #findOldest(backfills: readonly Backfill[], limit: number): ReadonlySet<Backfill> {
    const finished = backfills.filter(
      (backfill) => !isUnfinished(backfill) && !this.#snapshot.progressHistories.has(backfill.id),
    );
    return new Set(finished.length > limit ? finished.sort(compareNewestFirst).slice(limit) : []);
  }

  /** Removes the oldest finished backfills of a sink beyond the limit, once they exceed the tolerance, too. */
  #removeOldest(sinkId: string, now: number): void {
    const backfills = getBackfillsOfSink(this.#snapshot, sinkId);
    const limit = this.#getBackfillLimit(sinkId);
    if (this.#findOldest(backfills, limit + backfillLimitTolerance).size > 0) {
      const removed = [...this.#findOldest(backfills, limit)];
      const load = this.#snapshot.backfillListLoads.get(sinkId);
      this.#updateSink(sinkId, now, {
        removed,
        ...(load && { loadPatch: { older: (load.older ?? 0) + removed.length } }),
      });
    }
  }

  /** Accepts the backfill that the response to a write returned, or that was read instead. */
  #acceptOutcome({ kind }: PendingWrite, { outcome, order }: OrderedOutcome<Backfill>): Backfill[] {
    if (outcome.kind !== 'done') {
      return this.#requestOrder.accept(outcome.current === undefined ? [] : [outcome.current], order);
    }
    const { written } = outcome;
    const known = findBackfill(this.#snapshot, written.sinkId, written.id);
    const hasFinished = known !== undefined && !isUnfinished(known) && isUnfinished(written);
    // Reads that were requested before the response are outdated.
    const responseOrder = this.startRequest();
    // A backfill that was removed since the request isn't accepted again, unless the write created it.
    const requestOrder = kind === 'create' ? responseOrder : order;
    return hasFinished ? [] : this.#requestOrder.accept([written], requestOrder, responseOrder);
  }

  #updateSink(
    sinkId: string,
    now: number,
    update: {
      readonly received?: readonly Backfill[];
      /** Missing from a response. Their ends aren't reported: a backfill created after the request is missing, too. */
      readonly removed?: readonly Backfill[];
      /** Deleted on the server. Their ends are reported. */
      readonly deleted?: readonly Backfill[];
      readonly loadPatch?: Partial<LoadState>;
      readonly patch?: Pick<Snapshot, 'pendingWrites'>;
      readonly changedBackfillIds?: readonly string[];
    },
  ): void {
    const previous = this.#snapshot;
    const { received = [], removed = [], deleted = [], loadPatch, patch, changedBackfillIds = [] } = update;
    const merger = this.#createMerger(now);
    const sink = previous.sinks.get(sinkId);
    const remaining = merger.removeDeleted(merger.remove(getBackfillMap(previous, sinkId), removed), deleted);
    const backfills = merger.merge(remaining, received, sink);
    this.#updateMerged(
      merger,
      {
        ...patch,
        ...(loadPatch && this.#patchListLoad(sinkId, loadPatch)),
        backfills: new Map(previous.backfills).set(sinkId, backfills),
      },
      {
        changedSinkIds: new Set([sinkId]),
        changedBackfillIds: new Set([...changedBackfillIds, ...merger.changedIds]),
      },
    );
  }

  #patchListLoad(sinkId: string, patch: Partial<LoadState>): Pick<Snapshot, 'backfillListLoads'> {
    const { backfillListLoads: loads } = this.#snapshot;
    const load = { ...(loads.get(sinkId) ?? neverLoaded), ...patch };
    return { backfillListLoads: new Map(loads).set(sinkId, load) };
  }

  /**
   * Creates a merger for a response that isn't a list of sinks. After the editor's clock was set back, the next list
   * corrects the skew; until then, no observation is dated before the last list.
   */
  #createMerger(now: number): SnapshotMerger {
    const { sinksLoad, clockSkewMs } = this.#snapshot;
    const setBackMs = Math.max(0, (sinksLoad.loadedAt ?? now) - now);
    return new SnapshotMerger(this.#snapshot, now, clockSkewMs + setBackMs);
  }

  /** Updates the snapshot with the results of a merge. Properties of `patch` and `change` take precedence. */
  #updateMerged(merger: SnapshotMerger, patch: Partial<Snapshot>, change: Partial<SnapshotChange>): void {
    this.#requestOrder.forgetBackfills(merger.removedIds);
    const { progressTracks, receivedAt, progressHistories, ends } = merger;
    const unreportedEnds =
      ends.length === 0
        ? this.#snapshot.unreportedEnds
        : [...this.#snapshot.unreportedEnds, ...ends].slice(-maxUnreportedEnds);
    this.#update(
      { progressTracks, receivedAt, progressHistories, unreportedEnds, ...patch },
      { changedBackfillIds: merger.changedIds, ...change },
    );
  }

  #update(patch: Partial<Snapshot>, change: Partial<SnapshotChange> = {}): void {
    this.#snapshot = { ...this.#snapshot, ...patch };
    this.#onDidChange.fire({ ...noChange, ...change });
  }
}

/** Returns what may look different when a write begins or no longer blocks the next one. */
function toChange(write: PendingWrite): Partial<SnapshotChange> {
  return {
    changedSinkIds: new Set([write.sinkId]),
    changedBackfillIds: new Set(getBackfillIds(write)),
  };
}

/** The ids of the existing backfills that a write affects. */
function getBackfillIds(write: PendingWrite): string[] {
  return write.kind === 'change' ? [write.backfillId] : [];
}
