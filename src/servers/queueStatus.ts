import { getQueueProgress, type QueueProgress } from '../model/queue/queueProgress.ts';
import { getLiveStatus } from './liveStatus.ts';
import { findBackfill, type Snapshot } from './Snapshot.ts';

/**
 * Computes the progress of the queue at a time of the server's clock, in milliseconds since the epoch; undefined without
 * a queue.
 */
export function getQueueStatus(snapshot: Snapshot, serverNow: number): QueueProgress | undefined {
  return (
    snapshot.queue &&
    getQueueProgress(snapshot.queue, ({ sinkId, backfillId }) => {
      const backfill = findBackfill(snapshot, sinkId, backfillId);
      return (
        backfill && {
          backfill,
          rowsPerSecond: getLiveStatus(snapshot, backfill, serverNow).estimate?.averageRowsPerSecond,
        }
      );
    })
  );
}
