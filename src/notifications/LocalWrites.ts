import { sinkActions } from '../model/sinkActions.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import { findBackfill, getWriteKey, type PendingWrite, type Snapshot } from '../servers/Snapshot.ts';
import type { FileLock } from '../shared/FileLock.ts';
import { deleteWhere } from '../shared/maps.ts';
import { getEventKey, getSinkStopKey } from './backfillEvents.ts';

/** A pending write of this window that stops backfills. */
interface LocalWrite {
  readonly connectionId: string;
  readonly write: PendingWrite;
}

/**
 * Acquires the locks for the writes of this window that stop backfills, before another window can observe their effects:
 * no window notifies the user of their own action.
 */
export class LocalWrites {
  readonly #lock: FileLock;
  /** By the key of the lock. */
  readonly #writes = new Map<string, LocalWrite>();

  /** `lock` is shared by all windows on this machine. */
  constructor(lock: FileLock) {
    this.#lock = lock;
  }

  /** The number of pending writes. */
  get rememberedCount(): number {
    return this.#writes.size;
  }

  /**
   * Acquires the locks of new writes, and releases those of writes that failed, so that the same action by someone else
   * is reported. Must be called after each change of a snapshot.
   */
  update({ connection, snapshot }: ServerMonitor): void {
    for (const write of snapshot.pendingWrites.values()) {
      const key = getLockKey(connection.id, write);
      if (key !== undefined && !this.#writes.has(key)) {
        this.#writes.set(key, { connectionId: connection.id, write });
        // The lock of an earlier write has an earlier time.
        this.#lock.release(key);
        this.#lock.tryAcquire(key);
      }
    }
    for (const [key, { connectionId, write }] of this.#writes) {
      if (connectionId === connection.id && !snapshot.pendingWrites.has(getWriteKey(write))) {
        this.#writes.delete(key);
        if (!isPerformed(snapshot, write)) {
          this.#lock.release(key);
        }
      }
    }
  }

  /** Forgets the writes to the servers of all connections but these. */
  keepServers(connectionIds: ReadonlySet<string>): void {
    deleteWhere(this.#writes, ({ connectionId }) => !connectionIds.has(connectionId));
  }
}

/** The key of the lock for a write; undefined if the write doesn't stop a backfill. */
function getLockKey(connectionId: string, write: PendingWrite): string | undefined {
  if (write.kind === 'change' && write.change === 'cancel') {
    const backfill = { id: write.backfillId, sinkId: write.sinkId };
    return getEventKey(connectionId, { kind: 'cancelled', backfill });
  }
  return write.kind === 'changeSink' && sinkActions[write.action].targetStatus !== 'active'
    ? getSinkStopKey(connectionId, write.sinkId)
    : undefined;
}

/** Whether the backfill is cancelled, or the sink is no longer active. */
function isPerformed(snapshot: Snapshot, write: PendingWrite): boolean {
  return write.kind === 'change'
    ? findBackfill(snapshot, write.sinkId, write.backfillId)?.state === 'cancelled'
    : snapshot.sinks.get(write.sinkId)?.status !== 'active';
}
