import pMap from 'p-map';
import type { SinkListing, SinkWithBackfills } from '../api/SequinApi.ts';
import { isUnfinished } from '../model/Backfill.ts';
import { isResourceNotFound } from '../model/failure.ts';
import type { Sink } from '../model/Sink.ts';
import type { MonitorContext } from './MonitorContext.ts';
import { maxConcurrentRequests } from './pollPolicy.ts';
import type { RequestResult } from './RequestSender.ts';
import { getBackfillsOfSink, type Snapshot } from './Snapshot.ts';

/**
 * Fetches all sinks. The server leaves out a sink that it can't serialize, so the known sinks with unfinished backfills
 * that the list lacks are fetched individually. A sink that the server doesn't find was deleted, and is left out. A sink
 * whose request fails otherwise is returned as it is known, without backfills. `timeoutMs` is the time limit of the list.
 */
export async function fetchSinks(
  { api, store, sender, signal }: MonitorContext,
  timeoutMs: number,
): Promise<RequestResult<SinkListing>> {
  const list = await sender.send(() => api.listSinks({ signal, timeoutMs }));
  if (list.failure !== undefined) {
    return list;
  }
  const unlisted = await pMap(
    findUnlistedSinks(store.snapshot, list.value.items),
    async (sink): Promise<SinkWithBackfills[]> => {
      const result = await sender.send(() => api.getSink(sink.id, { signal }));
      if (result.failure === undefined) {
        return [result.value];
      }
      return isResourceNotFound(result.failure) ? [] : [{ sink, unfinishedBackfills: undefined }];
    },
    { concurrency: maxConcurrentRequests },
  );
  return sender.tokenFailure === undefined
    ? { value: { ...list.value, items: [...list.value.items, ...unlisted.flat()] }, failure: undefined }
    : { failure: sender.tokenFailure };
}

/** Finds the known sinks with unfinished backfills that a list lacks. */
function findUnlistedSinks(snapshot: Snapshot, items: readonly SinkWithBackfills[]): Sink[] {
  const listedIds = new Set(items.map(({ sink }) => sink.id));
  return [...snapshot.sinks.values()].filter(
    ({ id }) => !listedIds.has(id) && getBackfillsOfSink(snapshot, id).some(isUnfinished),
  );
}
