import { getQueuePosition } from '../../model/queue/BackfillQueue.ts';
import type { TargetBackfill } from '../targetItems.ts';

/** Whether a backfill is waiting in the queue. */
export function isQueued({ monitor, backfill }: TargetBackfill): boolean {
  return getQueuePosition(monitor.snapshot.queue, backfill) !== undefined;
}

/** Removes the backfills that are queued from the queues of their connections. */
export function removeFromQueues(targets: readonly TargetBackfill[]): void {
  for (const target of targets.filter(isQueued)) {
    target.monitor.queue.remove([target.backfill.id]);
  }
}
