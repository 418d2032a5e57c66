import { type Backfill, compareNewestFirst, getFinishTime } from '../model/Backfill.ts';
import type { Stall } from '../model/progress/stall.ts';
import { getStatus } from './liveStatus.ts';
import { getAllBackfills, type Snapshot } from './Snapshot.ts';

/** A stalled backfill, and the cause. */
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
 * Finds the running, stalled and newly failed backfills.
 * @param serverNow the server's time in milliseconds since the epoch
 * @param lastViewedAt the local time at which the user last saw a view, in milliseconds since the epoch
 */
export function findAlerts(snapshot: Snapshot, serverNow: number, lastViewedAt: number): Alerts {
  const lastViewedServerTime = lastViewedAt + snapshot.clockSkewMs;
  const all = getAllBackfills(snapshot);
  const active = all.filter(({ state }) => state === 'active').sort(compareNewestFirst);
  const stalled = active.flatMap((backfill) => {
    const { status, stall } = getStatus(snapshot, backfill, serverNow);
    return status === 'stalled' && stall !== undefined ? [{ backfill, stall }] : [];
  });
  const stalledBackfills = new Set(stalled.map(({ backfill }) => backfill));
  const failed = all.filter(
    (backfill) => backfill.state === 'failed' && (getFinishTime(backfill) ?? 0) > lastViewedServerTime,
  );
  return {
    running: active.filter((backfill) => !stalledBackfills.has(backfill)),
    stalled,
    failed: failed.sort(compareNewestFirst),
  };
}

/** Keeps only the first backfill of each stalled database, since all of its backfills are stalled for one cause. */
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
