import { findBackfill, type Snapshot } from '../servers/Snapshot.ts';
import { getEventKey, type BackfillEventId } from './backfillEvents.ts';

interface ServerView {
  readonly connection: { readonly address: string };
  readonly snapshot: Snapshot;
}

/**
 * Remembers the events that a window has processed, for as long as a poll can find them again: each poll finds the same
 * stalls.
 */
export class ProcessedEvents {
  /** By event key. */
  readonly #events = new Map<string, { readonly address: string; readonly event: BackfillEventId }>();

  /** The number of remembered events. */
  get size(): number {
    return this.#events.size;
  }

  has(key: string): boolean {
    return this.#events.has(key);
  }

  add(address: string, { kind, backfill }: BackfillEventId): void {
    const { id, sinkId, updatedAt } = backfill;
    const event = { kind, backfill: { id, sinkId, updatedAt } };
    this.#events.set(getEventKey(address, event), { address, event });
  }

  /**
   * Removes a server's events of backfills that no longer exist, and stalls that are over. Keeps all events until the
   * sinks have loaded, since a new connection to a server starts without data.
   */
  prune({ connection, snapshot }: ServerView): void {
    if (snapshot.sinksLoad.loadedAt === undefined) {
      return;
    }
    for (const [key, { address, event }] of this.#events) {
      if (address !== connection.address) {
        continue;
      }
      const backfill = findBackfill(snapshot, event.backfill.sinkId, event.backfill.id);
      if (backfill === undefined || getEventKey(address, { kind: event.kind, backfill }) !== key) {
        this.#events.delete(key);
      }
    }
  }

  /** Removes the events of all servers except those at the given addresses. */
  keepServers(addresses: ReadonlySet<string>): void {
    for (const [key, { address }] of this.#events) {
      if (!addresses.has(address)) {
        this.#events.delete(key);
      }
    }
  }
}
