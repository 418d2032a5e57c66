import { getQueuePosition } from '../../model/queue/BackfillQueue.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import type { TargetBackfill } from '../targetItems.ts';

/** Whether a backfill is waiting in the queue. */
export function isQueued({ monitor, backfill }: TargetBackfill): boolean {
  return getQueuePosition(monitor.snapshot.queue, backfill) !== undefined;
}

/**
 * Adds unfinished backfills to the queues of their connections, in order. `limit` is how many run at a time in each.
 */
export function addToQueues(targets: readonly TargetBackfill[], limit: number): void {
  for (const [monitor, group] of Map.groupBy(targets, ({ monitor }) => monitor)) {
    monitor.queue.add(
      group.map(({ backfill }) => backfill),
      limit,
    );
  }
}

/** Returns the largest number of backfills that belong to one connection, and so to one queue. */
export function getMaxPerConnection(targets: readonly TargetBackfill[]): number {
  return Math.max(0, ...[...groupIds(targets).values()].map((ids) => ids.length));
}

/** Removes those of the backfills that are queued from the queues of their connections. */
export function removeFromQueues(targets: readonly TargetBackfill[]): void {
  for (const [monitor, ids] of groupIds(targets.filter(isQueued))) {
    monitor.queue.remove(ids);
  }
}

/** Sets whether backfills are being canceled, in the queues of their connections. */
export function setCanceling(targets: readonly TargetBackfill[], isCanceling: boolean): void {
  for (const [monitor, ids] of groupIds(targets)) {
    monitor.queue.setCanceling(ids, isCanceling);
  }
}

/** Groups the ids of backfills by the monitor of their server. */
export function groupIds(targets: readonly TargetBackfill[]): Map<ServerMonitor, string[]> {
  const byMonitor = Map.groupBy(targets, ({ monitor }) => monitor);
  return new Map(
    [...byMonitor].map(([monitor, group]) => [monitor, group.map(({ backfill }) => backfill.id)]),
  );
}
