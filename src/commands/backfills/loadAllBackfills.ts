import { type Backfill, compareNewestFirst } from '../../model/Backfill.ts';
import { SequinError } from '../../model/failure.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../../servers/ServerRegistry.ts';
import { findBackfill } from '../../servers/Snapshot.ts';

/**
 * Loads all backfills of a sink, newest first, even if an older list is loaded. Joins a pending request.
 * @returns undefined if the request was cancelled or the connection was removed in the meantime
 * @throws SequinError if the list can't be loaded
 */
export async function loadAllBackfills(
  { servers, monitor }: { readonly servers: ServerRegistry; readonly monitor: ServerMonitor },
  sinkId: string,
): Promise<Backfill[] | undefined> {
  const backfills = await loadUnlessRemoved(servers, monitor, sinkId);
  const load = monitor.snapshot.backfillListLoads.get(sinkId);
  if (backfills !== undefined) {
    // A write may have changed some backfills since the server created the list.
    return backfills
      .map((backfill) => findBackfill(monitor.snapshot, sinkId, backfill.id) ?? backfill)
      .sort(compareNewestFirst);
  }
  if (load?.failure === undefined || load.loading || load.failure.kind === 'cancelled') {
    return undefined;
  }
  throw new SequinError(load.failure);
}

/** Loads the backfills. Returns undefined after a failure, or as soon as the connection is removed. */
async function loadUnlessRemoved(
  servers: ServerRegistry,
  monitor: ServerMonitor,
  sinkId: string,
): Promise<readonly Backfill[] | undefined> {
  const { promise: removed, resolve } = Promise.withResolvers<undefined>();
  const subscription = servers.onDidChangeServers(() => {
    if (!servers.monitors.includes(monitor)) {
      resolve(undefined);
    }
  });
  try {
    return await Promise.race([monitor.backfillLists.load(sinkId), removed]);
  } finally {
    subscription.dispose();
  }
}
