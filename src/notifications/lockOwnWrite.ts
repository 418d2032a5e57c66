import { sinkActionRules } from '../model/sinkActions.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import { findBackfill, type PendingWrite, type Snapshot } from '../servers/Snapshot.ts';
import type { WriteEvent } from '../servers/WriteSender.ts';
import type { FileLock } from '../shared/FileLock.ts';
import { getEventKey, getSinkStopKey } from './backfillEvents.ts';

/**
 * Acquires a lock for a write of this window that stops backfills, so that no window notifies users of their own
 * action. This happens before the write is sent, and so before another window can observe the effect. Releases the lock
 * if the write failed, so that the same action by someone else is reported. Keeps the lock if the response was lost,
 * because the server may still perform the write.
 * @param lock shared by all windows on this machine
 */
export function lockOwnWrite(
  lock: FileLock,
  { connection, snapshot }: ServerView,
  { kind, write }: WriteEvent,
): void {
  const key = getLockKey(connection.id, write);
  if (key === undefined) {
    return;
  }
  if (kind === 'begun') {
    // An earlier write may have left a lock. The new lock records the current time.
    lock.release(key);
    lock.tryAcquire(key);
  } else if (!isPerformed(snapshot, write)) {
    lock.release(key);
  }
}

/** Returns the key of the lock for a write; undefined if the write doesn't stop a backfill. */
function getLockKey(connectionId: string, write: PendingWrite): string | undefined {
  if (write.kind === 'change' && write.change === 'cancel') {
    const backfill = { id: write.backfillId, sinkId: write.sinkId };
    return getEventKey(connectionId, 'cancelled', backfill);
  }
  return write.kind === 'changeSink' && sinkActionRules[write.action].targetStatus !== 'active'
    ? getSinkStopKey(connectionId, write.sinkId)
    : undefined;
}

/** Whether the backfill is cancelled, or the sink is no longer active. */
function isPerformed(snapshot: Snapshot, write: PendingWrite): boolean {
  return write.kind === 'change'
    ? findBackfill(snapshot, write.sinkId, write.backfillId)?.state === 'cancelled'
    : snapshot.sinks.get(write.sinkId)?.status !== 'active';
}
