import { SequinError } from '../api/failure.ts';
import { compareNewestFirst, type Backfill } from '../model/Backfill.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import { backfillsOf, type Load } from '../monitor/Snapshot.ts';

/**
 * All backfills that a sink ever had, newest first. `anew` asks for them also where they are known already;
 * a request that is under way will do. Undefined where it was given up, or the connection ended meanwhile.
 * @throws SequinError
 */
export async function wholeHistory(
  { monitors, monitor }: { readonly monitors: Monitors; readonly monitor: Monitor },
  sinkId: string,
  { anew }: { readonly anew: boolean },
): Promise<Backfill[] | undefined> {
  if (anew || loadOf(monitor, sinkId)?.loadedAt === undefined) {
    await monitor.loadHistory(sinkId);
    await underWay(monitors, monitor, sinkId);
    const load = loadOf(monitor, sinkId);
    if (load === undefined || load.loading || load.failure?.kind === 'cancelled') {
      return undefined;
    }
    if (load.failure !== undefined) {
      throw new SequinError(load.failure);
    }
  }
  return backfillsOf(monitor.snapshot, sinkId).sort(compareNewestFirst);
}

function loadOf(monitor: Monitor, sinkId: string): Load | undefined {
  return monitor.snapshot.historyLoads.get(sinkId);
}

/** Waits for a history that somebody else asked for; no longer than the connection lasts. */
async function underWay(monitors: Monitors, monitor: Monitor, sinkId: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const look = (): void => {
    if (!monitors.all.includes(monitor) || loadOf(monitor, sinkId)?.loading !== true) {
      resolve(undefined);
    }
  };
  const subscriptions = [monitors.onDidChange(look), monitors.onDidSwitch(look)];
  look();
  await promise;
  for (const subscription of subscriptions) {
    subscription.dispose();
  }
}
