import { findBackfill, type Snapshot } from '../servers/Snapshot.ts';
import { getEventKey, type BackfillEventId } from './backfillEvents.ts';

interface ServerView {
  readonly connection: { readonly id: string };
  readonly snapshot: Snapshot;
}

/**
 * Remembers the events that a window has processed, for as long as a poll can find them again: each poll finds the same
 * stalls.
 */
export class ProcessedEvents {
  /** By event key. */
  readonly #events = new Map<string, { readonly connectionId: string; readonly event: BackfillEventId }>();

  /** The number of remembered events. */
  get size(): number {
    return this.#events.size;
  }

  has(key: string): boolean {
    return this.#events.has(key);
  }

  add(connectionId: string, { kind, backfill }: BackfillEventId): void {
    const { id, sinkId, updatedAt } = backfill;
    const event = { kind, backfill: { id, sinkId, updatedAt } };
    this.#events.set(getEventKey(connectionId, event), { connectionId, event });
  }

  /**
   * Removes a server's events of backfills that no longer exist, and stalls that are over. Keeps all events until the
   * sinks have loaded, since a new connection to a server starts without data.
   */
  prune({ connection, snapshot }: ServerView): void {
    if (snapshot.sinksLoad.loadedAt === undefined) {
      return;
    }
    for (const [key, { connectionId, event }] of this.#events) {
      if (connectionId !== connection.id) {
        continue;
      }
      const backfill = findBackfill(snapshot, event.backfill.sinkId, event.backfill.id);
      if (backfill === undefined || getEventKey(connectionId, { kind: event.kind, backfill }) !== key) {
        this.#events.delete(key);
      }
    }
  }

  /** Removes the events of all connections except the given ones. */
  keepServers(connectionIds: ReadonlySet<string>): void {
    for (const [key, { connectionId }] of this.#events) {
      if (!connectionIds.has(connectionId)) {
        this.#events.delete(key);
      }
    }
  }
}
