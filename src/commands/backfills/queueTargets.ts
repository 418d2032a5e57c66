import { getQueuePosition } from '../../model/queue/BackfillQueue.ts';
import type { TargetBackfill } from '../targetItems.ts';

/** Whether a backfill is waiting in the queue. */
export function isQueued({ monitor, backfill }: TargetBackfill): boolean {
  return getQueuePosition(monitor.snapshot.queue, backfill) !== undefined;
}

/** Removes those backfills from the queue that wait in it. */
export function removeWaiting(targets: readonly TargetBackfill[]): void {
  for (const target of targets.filter(isQueued)) {
    target.monitor.queue.remove([target.backfill.id]);
  }
}
