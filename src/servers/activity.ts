import { type Backfill, compareNewestFirst, getFinishTime, isUnfinished } from '../model/Backfill.ts';
import { getQueuePosition } from '../model/queue/BackfillQueue.ts';
import { getLiveStatus } from './liveStatus.ts';
import type { ServerView } from './ServerMonitor.ts';
import { getAllBackfills } from './Snapshot.ts';

/** How long a backfill counts as activity after its finish, in milliseconds. */
const recentlyFinishedMs = 3600_000;

/**
 * The time left is rounded to this many milliseconds for sorting, so that rows with similar times don't keep swapping
 * places.
 */
const timeLeftPrecisionMs = 60_000;

/** An unfinished or recently finished backfill with its server. */
interface ActivityItem<S extends ServerView> {
  readonly server: S;
  readonly backfill: Backfill;
}

/** Whether a server has backfills that are unfinished or that finished in the last hour. */
export function hasActivity({ snapshot, serverNow }: ServerView): boolean {
  return getAllBackfills(snapshot).some((backfill) => isInActivity(backfill, serverNow));
}

/**
 * Lists the unfinished backfills of all servers, and those that finished in the last hour. Stalled backfills come
 * first, then running ones by their time left, queued ones in queue order, other paused ones, and finished ones, latest
 * first.
 */
export function listActivity<S extends ServerView>(servers: readonly S[]): ActivityItem<S>[] {
  return servers
    .flatMap((server) =>
      getAllBackfills(server.snapshot)
        .filter((backfill) => isInActivity(backfill, server.serverNow))
        .map((backfill) => ({ server, backfill, order: getOrder(backfill, server) })),
    )
    .sort((a, b) => compareOrders(a.order, b.order) || compareNewestFirst(a.backfill, b.backfill));
}

function isInActivity(backfill: Backfill, serverNow: number): boolean {
  return isUnfinished(backfill) || (getFinishTime(backfill) ?? 0) > serverNow - recentlyFinishedMs;
}

/** Backfills are sorted by group, then by their place in the group. */
type Order = readonly [group: number, place: number];

function getOrder(backfill: Backfill, { snapshot, serverNow }: ServerView): Order {
  const { status, estimate } = getLiveStatus(snapshot, backfill, serverNow);
  if (status === 'stalled') {
    return [0, 0];
  }
  if (backfill.state === 'active') {
    return [1, Math.round((estimate?.timeLeft?.ms ?? Number.MAX_VALUE) / timeLeftPrecisionMs)];
  }
  return backfill.state === 'paused'
    ? [2, getQueuePosition(snapshot.queue, backfill) ?? Number.MAX_VALUE]
    : [3, -(getFinishTime(backfill) ?? 0)];
}

function compareOrders(a: Order, b: Order): number {
  return a[0] - b[0] || a[1] - b[1];
}
