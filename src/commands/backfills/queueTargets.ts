import { getQueuePosition } from '../../model/queue/BackfillQueue.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import type { TargetBackfill } from '../targetItems.ts';

/** Whether a backfill is waiting in the queue. */
export function isQueued({ monitor, backfill }: TargetBackfill): boolean {
  return getQueuePosition(monitor.snapshot.queue, backfill) !== undefined;
}

/**
 * Adds unfinished backfills to the queues of their connections, in the given order. Each queue runs at most `limit`
 * backfills at a time.
 */
export function addToQueues(targets: readonly TargetBackfill[], limit: number): void {
  for (const [monitor, group] of Map.groupBy(targets, ({ monitor }) => monitor)) {
    monitor.queue.add(
      group.map(({ backfill }) => backfill),
      limit,
    );
  }
}

/**
 * Returns the largest number of these backfills that belong to the same connection, and therefore to the same queue.
 */
export function getMaxPerConnection(targets: readonly TargetBackfill[]): number {
  return Math.max(0, ...[...groupIds(targets).values()].map((ids) => ids.length));
}

/** Removes backfills from the queues of their connections. Ignores backfills that aren't queued. */
export function removeFromQueues(targets: readonly TargetBackfill[]): void {
  for (const [monitor, ids] of groupIds(targets.filter(isQueued))) {
    monitor.queue.remove(ids);
  }
}

/** Marks backfills in the queues of their connections as being canceled, or as no longer being canceled. */
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
