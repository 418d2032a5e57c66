import { SequinError } from '../../model/failure.ts';
import { compareNewestFirst, type Backfill } from '../../model/Backfill.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../../servers/ServerRegistry.ts';
import { getBackfillsOfSink, type LoadState } from '../../servers/Snapshot.ts';

/**
 * Loads all backfills of a sink, newest first. Joins a request that is already running.
 * @param options.forceReload sends a request even if the list is already loaded
 * @returns undefined if the request was cancelled or the connection was removed in the meantime
 * @throws SequinError
 */
export async function loadAllBackfills(
  { servers, monitor }: { readonly servers: ServerRegistry; readonly monitor: ServerMonitor },
  sinkId: string,
  { forceReload }: { readonly forceReload: boolean },
): Promise<Backfill[] | undefined> {
  if (forceReload || getBackfillListLoad(monitor, sinkId)?.loadedAt === undefined) {
    await monitor.loadBackfillList(sinkId);
    await waitForBackfillList(servers, monitor, sinkId);
    const load = getBackfillListLoad(monitor, sinkId);
    if (load === undefined || load.loading || load.failure?.kind === 'cancelled') {
      return undefined;
    }
    if (load.failure !== undefined) {
      throw new SequinError(load.failure);
    }
  }
  return getBackfillsOfSink(monitor.snapshot, sinkId).sort(compareNewestFirst);
}

function getBackfillListLoad(monitor: ServerMonitor, sinkId: string): LoadState | undefined {
  return monitor.snapshot.backfillListLoads.get(sinkId);
}

/** Waits until the list is loaded or the connection is removed. */
async function waitForBackfillList(
  servers: ServerRegistry,
  monitor: ServerMonitor,
  sinkId: string,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const resolveIfSettled = (): void => {
    if (!servers.monitors.includes(monitor) || getBackfillListLoad(monitor, sinkId)?.loading !== true) {
      resolve(undefined);
    }
  };
  const subscriptions = [
    servers.onDidChangeSnapshot(resolveIfSettled),
    servers.onDidChangeServers(resolveIfSettled),
  ];
  resolveIfSettled();
  await promise;
  for (const subscription of subscriptions) {
    subscription.dispose();
  }
}
