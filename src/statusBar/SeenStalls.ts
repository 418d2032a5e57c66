import { getRefKey } from '../model/BackfillRef.ts';
import { isLoaded } from '../model/LoadState.ts';
import { findAlerts, type StalledBackfill } from '../servers/alerts.ts';
import type { LastViewed } from '../servers/LastViewed.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import { isStringArray } from '../shared/guards.ts';
import { type MementoLike, readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

/**
 * Remembers the stalled backfills that the user has seen in a view of this window, until they are no longer stalled.
 * Such stalls need no warning color in the status bar. The start of a stall isn't part of its key, because the start of
 * a recurring stall changes. The next session begins with the stalls that any window saved last.
 */
export class SeenStalls {
  readonly #memento: MementoLike;
  #keys: ReadonlySet<string>;

  constructor(memento: MementoLike) {
    this.#memento = memento;
    this.#keys = new Set(readMemento(memento, storageKeys.seenStalls, isStringArray, []));
  }

  /** Whether the user has seen a stall. */
  has(connectionId: string, stalled: StalledBackfill): boolean {
    return this.#keys.has(getKey(connectionId, stalled));
  }

  /**
   * Forgets the stalls that are over. If `timestamp` is infinite, a view is visible, and all current stalls are
   * recorded as seen. Must be called after each snapshot change.
   */
  update(monitors: readonly ServerView[], { timestamp }: Pick<LastViewed, 'timestamp'>): void {
    const stalledKeys = new Set(
      monitors.flatMap(({ connection, snapshot, serverNow }) =>
        findAlerts(snapshot, serverNow, Number.POSITIVE_INFINITY).stalled.map((stalled) =>
          getKey(connection.id, stalled),
        ),
      ),
    );
    // Until the sinks of a server have loaded, it is unknown whether its stalls of the last session are over.
    const loadedPrefixes = monitors
      .filter(({ snapshot }) => isLoaded(snapshot.sinksLoad))
      .map(({ connection }) => `${connection.id}/`);
    const isOver = (key: string): boolean =>
      !stalledKeys.has(key) && loadedPrefixes.some((prefix) => key.startsWith(prefix));
    const remainingKeys = [...this.#keys].filter((key) => !isOver(key));
    const isVisible = timestamp === Number.POSITIVE_INFINITY;
    const keys = new Set(isVisible ? [...remainingKeys, ...stalledKeys] : remainingKeys);
    if (keys.size !== this.#keys.size || [...keys].some((key) => !this.#keys.has(key))) {
      this.#keys = keys;
      saveMemento(this.#memento, storageKeys.seenStalls, [...keys]);
    }
  }
}

function getKey(connectionId: string, { backfill }: StalledBackfill): string {
  return getRefKey({ connectionId, sinkId: backfill.sinkId, backfillId: backfill.id });
}
