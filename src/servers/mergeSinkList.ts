import type { Listing, SinkWithBackfills } from '../api/SequinApi.ts';
import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import {
  type DeliveryFailure,
  findFailingDeliveryCheck,
  recordDeliveryCheck,
  shiftDeliveryFailure,
} from '../model/deliveryFailure.ts';
import { shiftHistory } from '../model/history/history.ts';
import type { LoadState } from '../model/LoadState.ts';
import { shiftTrack } from '../model/progress/ProgressTrack.ts';
import type { Sink } from '../model/Sink.ts';
import { haveSameValues, mapValues, reuseIfEqual } from '../shared/maps.ts';
import { findInterrupted } from './findInterrupted.ts';
import {
  findBackfill,
  getBackfillMap,
  getBackfillsOfSink,
  type Snapshot,
  type SnapshotChange,
} from './Snapshot.ts';
import { SnapshotMerger } from './SnapshotMerger.ts';

/** A received sink, with those of its unfinished backfills that aren't outdated. */
type ReceivedSink = SinkWithBackfills & { readonly unfinishedBackfills: readonly Backfill[] };

/** The result of merging a list of sinks into a snapshot. */
interface MergedSinkList {
  readonly merger: SnapshotMerger;
  readonly patch: Partial<Snapshot>;
  readonly change: SnapshotChange;
  readonly removedSinkIds: readonly string[];
}

/**
 * Merges the list of all sinks into a snapshot. `now` is the time of the local clock when the response arrived, in
 * milliseconds since the epoch; `clockSkewMs` has the same meaning as in the snapshot.
 */
export function mergeSinkList(
  previous: Snapshot,
  { items, skipped }: Listing<ReceivedSink>,
  now: number,
  clockSkewMs: number,
): MergedSinkList {
  const received = new Map(
    items.map(({ sink }) => [sink.id, reuseIfEqual(previous.sinks.get(sink.id), sink)]),
  );
  const sinks = haveSameValues(previous.sinks, received) ? previous.sinks : received;
  const merger = new SnapshotMerger(previous, now, clockSkewMs);
  merger.interrupt(findInterrupted(previous, sinks, now));
  const backfills = new Map(
    items.map((item) => [
      item.sink.id,
      merger.merge(getBackfillMap(previous, item.sink.id), item.unfinishedBackfills, item.sink),
    ]),
  );
  const removedSinkIds = removeUnlistedSinks(merger, previous, sinks);
  const changedSinkIds = [...sinks.keys()].filter(
    (sinkId) =>
      sinks.get(sinkId) !== previous.sinks.get(sinkId) ||
      backfills.get(sinkId) !== previous.backfills.get(sinkId),
  );
  return {
    merger,
    removedSinkIds,
    patch: {
      sinks,
      backfills,
      clockSkewMs,
      deliveryFailures: recordDeliveryChecks(previous, sinks.values(), now + clockSkewMs),
      ...(isOtherAccount(previous.sinks, sinks) && { unreportedEnds: [] }),
      sinksLoad: { loading: false, loadedAt: now, failure: undefined, ...countSkipped(items, skipped) },
      backfillListLoads: new Map([...previous.backfillListLoads].filter(([sinkId]) => sinks.has(sinkId))),
    },
    change: {
      sinkListChanged: removedSinkIds.length > 0 || sinks.size !== previous.sinks.size,
      changedSinkIds: new Set([...changedSinkIds, ...removedSinkIds]),
      changedBackfillIds: merger.changedIds,
      connectionChanged: true,
    },
  };
}

/** Removes the backfills of known sinks that aren't in the list. Returns the ids of these sinks. */
function removeUnlistedSinks(
  merger: SnapshotMerger,
  previous: Snapshot,
  sinks: ReadonlyMap<string, Sink>,
): string[] {
  const removedSinkIds = [...previous.backfills.keys()].filter((sinkId) => !sinks.has(sinkId));
  for (const sinkId of removedSinkIds) {
    // A sink that wasn't in the previous list either is newer than both lists, or was removed before a late response
    // with its backfills arrived.
    const wasListed = previous.sinks.has(sinkId);
    const backfills = getBackfillMap(previous, sinkId);
    merger.remove(backfills, [...backfills.values()], wasListed ? 'deleted' : 'missing');
  }
  return removedSinkIds;
}

/**
 * Finds the known unfinished backfills of a sink that the response doesn't contain. If the server doesn't report
 * backfills, these are all of them.
 */
export function findUnlistedBackfills(
  previous: Snapshot,
  { sink, unfinishedBackfills = [] }: SinkWithBackfills,
): Backfill[] {
  const isListed = (backfill: Backfill): boolean => unfinishedBackfills.some(({ id }) => id === backfill.id);
  return getBackfillsOfSink(previous, sink.id).filter(
    (backfill) => isUnfinished(backfill) && !isListed(backfill),
  );
}

/** Finds the update times of the backfills that have progressed since their latest observation. */
export function findProgressTimes(previous: Snapshot, items: readonly ReceivedSink[]): number[] {
  return items
    .flatMap(({ unfinishedBackfills }) => unfinishedBackfills)
    .flatMap(({ sinkId, id, rowsProcessed, updatedAt }) => {
      const previousBackfill = findBackfill(previous, sinkId, id);
      return previousBackfill === undefined || previousBackfill.rowsProcessed === rowsProcessed
        ? []
        : [updatedAt];
    });
}

/**
 * Adds `ms` milliseconds to the times of observations, because the estimate of the server's time has changed by `ms`.
 */
export function shiftServerTime(snapshot: Snapshot, ms: number): Snapshot {
  const { progressTracks, progressHistories, deliveryFailures, clockSkewMs } = snapshot;
  return ms === 0
    ? snapshot
    : {
        ...snapshot,
        clockSkewMs: clockSkewMs + ms,
        progressTracks: mapValues(progressTracks, (track) => shiftTrack(track, ms)),
        progressHistories: mapValues(progressHistories, (history) => shiftHistory(history, ms)),
        // If `ms` is positive, the server's clock may have been set forward. Delivery failures then keep their times,
        // because later times might be after the end of a backfill: a false warning is better than a missing one.
        deliveryFailures: mapValues(deliveryFailures, (failures) =>
          failures.map((failure) => shiftDeliveryFailure(failure, Math.min(ms, 0))),
        ),
      };
}

function countSkipped(items: readonly ReceivedSink[], sinks: number): Pick<LoadState, 'skipped'> {
  const backfills = items.reduce((sum, { skippedBackfills = 0 }) => sum + skippedBackfills, 0);
  return sinks + backfills === 0 ? {} : { skipped: { sinks, backfills } };
}

/**
 * Whether a list seems to be from another account: at least two sinks are known, and the list contains none of them.
 */
function isOtherAccount(
  knownSinks: ReadonlyMap<string, Sink>,
  listedSinks: ReadonlyMap<string, Sink>,
): boolean {
  return knownSinks.size > 1 && ![...knownSinks.keys()].some((id) => listedSinks.has(id));
}

function recordDeliveryChecks(
  previous: Snapshot,
  sinks: Iterable<Sink>,
  serverNow: number,
): Map<string, readonly DeliveryFailure[]> {
  const { loadedAt } = previous.sinksLoad;
  const recorded = new Map<string, readonly DeliveryFailure[]>();
  for (const sink of sinks) {
    const failures = previous.deliveryFailures.get(sink.id);
    if (failures !== undefined || findFailingDeliveryCheck(sink) !== undefined) {
      const wasObserved = loadedAt !== undefined && (previous.sinks.get(sink.id)?.health ?? null) !== null;
      const lastObservedAt = wasObserved ? loadedAt + previous.clockSkewMs : undefined;
      recorded.set(sink.id, recordDeliveryCheck(failures ?? [], sink, lastObservedAt, serverNow));
    }
  }
  return recorded;
}
