import type { SinkListing, SinkWithBackfills } from '../api/SequinApi.ts';
import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import { isResourceNotFound } from '../model/failure.ts';
import { deepEqual } from '../shared/deepEqual.ts';
import { omitKey } from '../shared/maps.ts';
import { findInterruptedByEdit } from './findInterrupted.ts';
import { FinishedBackfillLimits } from './FinishedBackfillLimits.ts';
import { findProgressTimes, findUnlistedBackfills, mergeSinkList, shiftServerTime } from './mergeSinkList.ts';
import { RequestOrder } from './RequestOrder.ts';
import { ServerClock } from './ServerClock.ts';
import {
  findBackfill,
  getBackfillMap,
  getBackfillsOfSink,
  getWriteKey,
  type PendingWrite,
  type Snapshot,
  type SnapshotChange,
} from './Snapshot.ts';
import { SnapshotHolder } from './SnapshotHolder.ts';
import { SnapshotMerger } from './SnapshotMerger.ts';
import type { OrderedOutcome } from './WriteSender.ts';

/**
 * The largest number of unreported ends. Beyond it, the oldest ones are dropped, so that the number stays limited even
 * if no notification reports them.
 */
const maxUnreportedEnds = 200;

/**
 * Applies writes, and responses with sinks and backfills, to the snapshot of one server. `now` is the time of the local
 * clock, in milliseconds since the epoch.
 *
 * Responses are ordered by when they were requested: `order` is from {@link startRequest}. Outdated data is ignored.
 */
export class SnapshotStore extends SnapshotHolder {
  readonly #serverClock: ServerClock;
  readonly #requestOrder = new RequestOrder();
  readonly #limits = new FinishedBackfillLimits();
  #lastListOrder = 0;

  constructor(snapshot?: Snapshot) {
    super(snapshot);
    const { sinksLoad, clockSkewMs } = this.snapshot;
    this.#serverClock = new ServerClock(sinksLoad.loadedAt, clockSkewMs);
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
   * Applies the list of all sinks. Returns the known unfinished backfills that the list doesn't contain. Either they
   * have finished, and the list doesn't report their final states, or the server doesn't report unfinished backfills
   * with its sinks. The returned backfills stay unchanged until they are fetched individually.
   * @param requestedAt when the list was requested, by the local clock
   */
  applySinks(
    { items: received, skipped, serverTime }: SinkListing,
    now: number,
    order = this.startRequest(),
    requestedAt = now,
  ): Backfill[] {
    this.#lastListOrder = order;
    // If a faulty server lists several sinks with the same id, the last one counts.
    const listed = [...new Map(received.map((item) => [item.sink.id, item])).values()];
    const items = listed.map((item) => ({
      ...item,
      sink: this.#requestOrder.getLatestSink(item.sink, this.snapshot.sinks, order),
      unfinishedBackfills: this.#requestOrder.accept(item.unfinishedBackfills ?? [], order),
    }));
    const progressTimes = findProgressTimes(this.snapshot, items);
    const correctionMs = this.#serverClock.addPoll(now, serverTime, progressTimes, requestedAt);
    const previous = shiftServerTime(this.snapshot, correctionMs);
    const merged = mergeSinkList(previous, { items, skipped }, now, this.#serverClock.skewMs);
    merged.removedSinkIds.forEach((sinkId) => {
      this.#forgetSink(sinkId);
    });
    this.#updateMerged(merged.merger, merged.patch, merged.change);
    return this.#requestOrder.dropOutdated(
      listed.flatMap((sinkResponse) => findUnlistedBackfills(previous, sinkResponse)),
      order,
    );
  }

  /**
   * Doubles the number of finished backfills that the snapshot keeps for a sink, beginning with the next backfill list.
   */
  raiseBackfillLimit(sinkId: string): void {
    this.#limits.raise(sinkId);
  }

  /**
   * Applies the complete backfill list of a sink. Removes the backfills that the list doesn't contain, and the oldest
   * finished ones beyond the limit. `skipped` is the number of backfills that couldn't be read.
   */
  applyBackfillList(
    sinkId: string,
    backfills: readonly Backfill[],
    now: number,
    order = this.startRequest(),
    skipped = 0,
  ): void {
    const knownBackfills = getBackfillMap(this.snapshot, sinkId);
    const excess = this.#limits.findExcess(this.snapshot, sinkId, backfills);
    const listed = backfills.filter((backfill) => !excess.has(backfill));
    const listedIds = new Set(listed.map(({ id }) => id));
    this.#updateSink(sinkId, now, {
      received: this.#requestOrder.accept(listed, order),
      missing: this.#requestOrder.dropOutdated(
        [...knownBackfills.values()].filter(({ id }) => !listedIds.has(id)),
        order,
      ),
      patch: this.patchListLoad(sinkId, {
        loading: false,
        loadedAt: now,
        failure: undefined,
        skipped: skipped === 0 ? undefined : { sinks: 0, backfills: skipped },
        olderCount: excess.size,
      }),
    });
  }

  /** Applies one backfill from the response to a read. */
  applyBackfill(backfill: Backfill, now: number, order = this.startRequest()): void {
    const { sinkId, id } = backfill;
    const received = this.#requestOrder.accept([backfill], order);
    const knownBackfills = getBackfillMap(this.snapshot, sinkId);
    // Whether the backfill was left out of the snapshot, and counted as older, when the latest list was applied.
    const wasExcess =
      !knownBackfills.has(id) &&
      this.#limits.findExcess(this.snapshot, sinkId, [...knownBackfills.values(), ...received]).has(backfill);
    this.#updateSink(sinkId, now, {
      received,
      patch: wasExcess ? this.#patchOlderCount(sinkId, -1) : undefined,
    });
    this.#removeExcess(sinkId, now);
  }

  /** Removes a backfill that no longer exists on the server. */
  removeBackfill(sinkId: string, backfillId: string, now: number): void {
    const backfill = findBackfill(this.snapshot, sinkId, backfillId);
    if (backfill !== undefined) {
      this.#updateSink(sinkId, now, { deleted: [backfill] });
    }
  }

  /** Removes a sink that no longer exists on the server, with its backfills. */
  removeSink(sinkId: string): void {
    const previous = this.snapshot;
    if (!previous.sinks.has(sinkId)) {
      return;
    }
    this.#forgetSink(sinkId);
    const merger = new SnapshotMerger(previous, 0, 0);
    merger.remove(getBackfillMap(previous, sinkId), getBackfillsOfSink(previous, sinkId), 'deleted');
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

  /** Adds a pending write, which blocks the next write to the same target. */
  beginWrite(write: PendingWrite): void {
    const { pendingWrites, blockedWriteKeys } = this.snapshot;
    const key = getWriteKey(write);
    this.update(
      {
        pendingWrites: new Map(pendingWrites).set(key, write),
        blockedWriteKeys: new Set(blockedWriteKeys).add(key),
      },
      toChange(write),
    );
  }

  /** Allows the next write to the target of a write that ended a moment ago. */
  unblockWrite(write: PendingWrite): void {
    const blockedWriteKeys = new Set(this.snapshot.blockedWriteKeys);
    blockedWriteKeys.delete(getWriteKey(write));
    this.update({ blockedWriteKeys }, toChange(write));
  }

  /**
   * Removes a pending write, and applies the backfill that the response to the write, or a read, returned. Fires one
   * event for both.
   */
  endWrite(write: PendingWrite, now: number, result?: OrderedOutcome<Backfill>): void {
    const { sinkId } = write;
    const isRemoved = result?.outcome.kind === 'failed' && isResourceNotFound(result.outcome.failure);
    this.#updateSink(sinkId, now, {
      endedWrite: write,
      received: result === undefined ? [] : this.#acceptOutcome(write, result),
      missing: isRemoved
        ? getBackfillIds(write).flatMap((id) => findBackfill(this.snapshot, sinkId, id) ?? [])
        : [],
    });
  }

  /**
   * Removes a pending write to a sink, and applies the sink that the response to the write, or a read, returned. Fires
   * one event for both. The response to a write has no health, so the known health stays.
   */
  endSinkWrite(
    write: PendingWrite,
    now: number,
    { outcome, order }: OrderedOutcome<SinkWithBackfills>,
  ): void {
    const previous = this.snapshot;
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
    this.#requestOrder.setSinkOrder(sinkId, effectiveOrder);
    const sink = { ...received.sink, health: received.sink.health ?? knownSink.health };
    const sinks = deepEqual(sink, knownSink) ? previous.sinks : new Map(previous.sinks).set(sinkId, sink);
    this.#updateSink(sinkId, now, {
      endedWrite: write,
      received: this.#requestOrder.accept(received.unfinishedBackfills ?? [], effectiveOrder),
      interruptedIds: findInterruptedByEdit(previous, sinks),
      patch: { sinks },
    });
  }

  #forgetSink(sinkId: string): void {
    this.#limits.forgetSink(sinkId);
    this.#requestOrder.forgetSink(sinkId);
  }

  /** Removes the oldest finished backfills of a sink beyond the limit. */
  #removeExcess(sinkId: string, now: number): void {
    const backfills = getBackfillsOfSink(this.snapshot, sinkId);
    const excess = [...this.#limits.findExcess(this.snapshot, sinkId, backfills)];
    if (excess.length > 0) {
      this.#updateSink(sinkId, now, { missing: excess, patch: this.#patchOlderCount(sinkId, excess.length) });
    }
  }

  /** Adds `difference` to the number of a sink's backfills that the snapshot leaves out. */
  #patchOlderCount(sinkId: string, difference: number): Partial<Snapshot> | undefined {
    const load = this.snapshot.backfillListLoads.get(sinkId);
    return (
      load && this.patchListLoad(sinkId, { olderCount: Math.max(0, (load.olderCount ?? 0) + difference) })
    );
  }

  /** Accepts the backfill that the response to a write returned, or that was read instead. */
  #acceptOutcome({ kind }: PendingWrite, { outcome, order }: OrderedOutcome<Backfill>): Backfill[] {
    if (outcome.kind !== 'done') {
      return this.#requestOrder.accept(outcome.current === undefined ? [] : [outcome.current], order);
    }
    const { written } = outcome;
    const known = findBackfill(this.snapshot, written.sinkId, written.id);
    const hasFinished = known !== undefined && !isUnfinished(known) && isUnfinished(written);
    // Reads that were requested before the response are outdated.
    const responseOrder = this.startRequest();
    // A backfill that was removed since the request isn't accepted again, unless the write created it.
    const requestOrder = kind === 'create' ? responseOrder : order;
    return hasFinished ? [] : this.#requestOrder.accept([written], requestOrder, responseOrder);
  }

  /** Updates the backfills of a sink. `patch` contains further changes of the snapshot. */
  #updateSink(
    sinkId: string,
    now: number,
    update: {
      readonly received?: readonly Backfill[];
      readonly missing?: readonly Backfill[];
      readonly deleted?: readonly Backfill[];
      readonly interruptedIds?: readonly string[];
      readonly endedWrite?: PendingWrite;
      readonly patch?: Partial<Snapshot> | undefined;
    },
  ): void {
    const previous = this.snapshot;
    const { received = [], missing = [], deleted = [], interruptedIds = [], endedWrite, patch } = update;
    const merger = this.#createMerger(now);
    merger.interrupt(interruptedIds);
    const withoutMissing = merger.remove(getBackfillMap(previous, sinkId), missing, 'missing');
    const remaining = merger.remove(withoutMissing, deleted, 'deleted');
    const sink = (patch?.sinks ?? previous.sinks).get(sinkId);
    const backfills = merger.merge(remaining, received, sink);
    this.#updateMerged(
      merger,
      {
        ...patch,
        ...(endedWrite && { pendingWrites: omitKey(previous.pendingWrites, getWriteKey(endedWrite)) }),
        backfills: new Map(previous.backfills).set(sinkId, backfills),
      },
      {
        changedSinkIds: new Set([sinkId]),
        changedBackfillIds: new Set([
          ...(endedWrite ? getBackfillIds(endedWrite) : []),
          ...merger.changedIds,
        ]),
      },
    );
  }

  /**
   * Creates a merger for a response that isn't a list of sinks. If the local clock was set back, only the next list
   * corrects the skew. Until then, no observation is dated before the latest list.
   */
  #createMerger(now: number): SnapshotMerger {
    const { sinksLoad, clockSkewMs } = this.snapshot;
    const setBackMs = Math.max(0, (sinksLoad.loadedAt ?? now) - now);
    return new SnapshotMerger(this.snapshot, now, clockSkewMs + setBackMs);
  }

  /** Updates the snapshot with the results of a merge. Properties of `patch` and `change` take precedence. */
  #updateMerged(merger: SnapshotMerger, patch: Partial<Snapshot>, change: Partial<SnapshotChange>): void {
    this.#requestOrder.forgetBackfills(merger.removedIds);
    const { progressTracks, receiptTimes, progressHistories, ends } = merger;
    const unreportedEnds =
      ends.length === 0
        ? this.snapshot.unreportedEnds
        : [...this.snapshot.unreportedEnds, ...ends].slice(-maxUnreportedEnds);
    this.update(
      { progressTracks, receiptTimes, progressHistories, unreportedEnds, ...patch },
      { changedBackfillIds: merger.changedIds, ...change },
    );
  }
}

/** Returns what may look different when a write begins, and when it no longer blocks the next one. */
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
