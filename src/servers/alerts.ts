import { type Backfill, type BackfillState, compareNewestFirst, getFinishTime } from '../model/Backfill.ts';
import type { Stall } from '../model/progress/stall.ts';
import { cachePerSecond } from './cachePerSecond.ts';
import { getStatus } from './liveStatus.ts';
import { getAllBackfills, type Snapshot } from './Snapshot.ts';

/** A stalled backfill, and why it is stalled. */
export interface StalledBackfill {
  readonly backfill: Backfill;
  readonly stall: Stall;
}

/** The backfills that summaries show. Each list is newest first. */
export interface Alerts {
  /** The active backfills that aren't stalled. */
  readonly running: readonly Backfill[];
  readonly stalled: readonly StalledBackfill[];
  /** Backfills that failed since the user last saw a view. */
  readonly failed: readonly Backfill[];
}

/**
 * Finds the running, stalled and newly failed backfills. Stalls may appear up to 1 s late, because results are cached.
 * @param serverNow the server's time in milliseconds since the epoch
 * @param lastViewedAt the local time at which the user last saw a view, in milliseconds since the epoch
 */
export function findAlerts(snapshot: Snapshot, serverNow: number, lastViewedAt: number): Alerts {
  const { failed, ...alerts } = classifyBackfills(snapshot, serverNow);
  const lastViewedServerTime = lastViewedAt + snapshot.clockSkewMs;
  return {
    ...alerts,
    failed: failed.filter((backfill) => (getFinishTime(backfill) ?? 0) > lastViewedServerTime),
  };
}

/** The running, stalled and failed backfills, each newest first. */
const classifyBackfills = cachePerSecond((snapshot, serverNow): Alerts => {
  const all = getAllBackfills(snapshot);
  const listNewestFirst = (wantedState: BackfillState): Backfill[] =>
    all.filter(({ state }) => state === wantedState).sort(compareNewestFirst);
  const running: Backfill[] = [];
  const stalled: StalledBackfill[] = [];
  for (const backfill of listNewestFirst('active')) {
    const { status, stall } = getStatus(snapshot, backfill, serverNow);
    if (status === 'stalled' && stall !== undefined) {
      stalled.push({ backfill, stall });
    } else {
      running.push(backfill);
    }
  }
  return { running, stalled, failed: listNewestFirst('failed') };
});

/**
 * Keeps only one backfill of each stalled database, because all backfills of such a database are stalled for the same
 * reason. Keeps all backfills that are stalled for other reasons.
 */
export function mergeSharedStalls(stalled: readonly StalledBackfill[]): StalledBackfill[] {
  const databases = new Set<string>();
  return stalled.filter(({ stall: { cause } }) => {
    if (cause.kind !== 'databaseStalled') {
      return true;
    }
    const isFirst = !databases.has(cause.database);
    databases.add(cause.database);
    return isFirst;
  });
}
