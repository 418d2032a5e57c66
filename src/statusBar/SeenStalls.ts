import { getRefKey } from '../model/BackfillRef.ts';
import { findAlerts, type StalledBackfill } from '../servers/alerts.ts';
import type { LastViewed } from '../servers/LastViewed.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import { isStringArray } from '../shared/guards.ts';
import { type MementoLike, readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'>;

/** Remembers the stalls that the user has seen in a view. They need no warning color in the status bar. */
export class SeenStalls {
  readonly #memento: MementoLike;
  #keys: ReadonlySet<string>;

  constructor(memento: MementoLike) {
    this.#memento = memento;
    this.#keys = new Set(readMemento(memento, storageKeys.seenStalls, isStringArray, []));
  }

  /** Whether the user has seen a stall. */
  has(connectionId: string, stalled: StalledBackfill): boolean {
    return this.#keys.has(getStallKey(connectionId, stalled));
  }

  /** Records all present stalls as seen if a view is visible, which an infinite `timestamp` indicates. */
  update(monitors: readonly ServerView[], { timestamp }: Pick<LastViewed, 'timestamp'>): void {
    if (timestamp !== Number.POSITIVE_INFINITY) {
      return;
    }
    const keys = monitors.flatMap(({ connection, snapshot, serverNow }) =>
      findAlerts(snapshot, serverNow, timestamp).stalled.map((stalled) =>
        getStallKey(connection.id, stalled),
      ),
    );
    if (keys.length !== this.#keys.size || keys.some((key) => !this.#keys.has(key))) {
      this.#keys = new Set(keys);
      saveMemento(this.#memento, storageKeys.seenStalls, keys);
    }
  }
}

/** The key of a stall. A later stall of the same backfill has another key. */
function getStallKey(connectionId: string, { backfill, stall }: StalledBackfill): string {
  const ref = getRefKey({ connectionId, sinkId: backfill.sinkId, backfillId: backfill.id });
  return `${ref}@${String(stall.idleSince)}`;
}
