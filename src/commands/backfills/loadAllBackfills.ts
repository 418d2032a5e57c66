import { type Backfill, compareNewestFirst } from '../../model/Backfill.ts';
import { SequinError } from '../../model/failure.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { findBackfill } from '../../servers/Snapshot.ts';

/**
 * Requests all backfills of a sink, even if the snapshot already has a list, and returns them newest first. If a
 * request for the list is pending, waits for its response instead.
 * @returns undefined if the request was cancelled, for example because the connection was removed
 * @throws SequinError if the list can't be loaded
 */
export async function loadAllBackfills(
  monitor: ServerMonitor,
  sinkId: string,
): Promise<Backfill[] | undefined> {
  const backfills = await monitor.backfillLists.load(sinkId);
  const failure = monitor.snapshot.backfillListLoads.get(sinkId)?.failure;
  if (backfills === undefined && failure !== undefined && failure.kind !== 'cancelled') {
    throw new SequinError(failure);
  }
  // A write may have changed some backfills since the server created the list.
  return backfills
    ?.map((backfill) => findBackfill(monitor.snapshot, sinkId, backfill.id) ?? backfill)
    .sort(compareNewestFirst);
}
