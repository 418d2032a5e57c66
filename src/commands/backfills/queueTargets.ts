import { getQueuePosition } from '../../model/queue/BackfillQueue.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import type { TargetBackfill } from '../targetItems.ts';

/** Whether a backfill is waiting in the queue. */
export function isQueued({ monitor, backfill }: TargetBackfill): boolean {
  return getQueuePosition(monitor.snapshot.queue, backfill) !== undefined;
}

/** Removes the backfills that are queued from the queues of their connections. */
export function removeFromQueues(targets: readonly TargetBackfill[]): void {
  for (const [monitor, ids] of groupIds(targets.filter(isQueued))) {
    monitor.queue.remove(ids);
  }
}

/** The ids of backfills, by the monitor of their server. */
export function groupIds(targets: readonly TargetBackfill[]): Map<ServerMonitor, string[]> {
  const byMonitor = Map.groupBy(targets, ({ monitor }) => monitor);
  return new Map(
    [...byMonitor].map(([monitor, group]) => [monitor, group.map(({ backfill }) => backfill.id)]),
  );
}
