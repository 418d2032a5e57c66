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
 * Fetches all sinks. The server omits a sink from the list if it can't serialize the sink, so known sinks that have
 * unfinished backfills but aren't listed are fetched individually. If the server doesn't find such a sink, the sink was
 * deleted and is left out. If the request fails for another reason, the result contains the sink as the snapshot has
 * it, with `unfinishedBackfills` undefined, so that its known backfills stay. `timeoutMs` is the time limit of the
 * request for the list, in milliseconds.
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

/** Finds the known sinks that have unfinished backfills but aren't in a list. */
function findUnlistedSinks(snapshot: Snapshot, items: readonly SinkWithBackfills[]): Sink[] {
  const listedIds = new Set(items.map(({ sink }) => sink.id));
  return [...snapshot.sinks.values()].filter(
    ({ id }) => !listedIds.has(id) && getBackfillsOfSink(snapshot, id).some(isUnfinished),
  );
}
