import { getRefKey } from '../model/BackfillRef.ts';
import { findAlerts, type StalledBackfill } from '../servers/alerts.ts';
import type { LastViewed } from '../servers/LastViewed.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import { isLoaded } from '../servers/Snapshot.ts';
import { isStringArray } from '../shared/guards.ts';
import { type MementoLike, readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'>;

/**
 * Remembers the stalled backfills that the user has seen in a view, until they are no longer stalled. They need no
 * warning color in the status bar. The start of a stall doesn't identify it: that of a recurring stall changes.
 */
export class SeenStalls {
  readonly #memento: MementoLike;

  /** `memento` is shared by all windows. */
  constructor(memento: MementoLike) {
    this.#memento = memento;
  }

  get #keys(): readonly string[] {
    return readMemento(this.#memento, storageKeys.seenStalls, isStringArray, []);
  }

  /** Whether the user has seen a stall. */
  has(connectionId: string, stalled: StalledBackfill): boolean {
    return this.#keys.includes(getKey(connectionId, stalled));
  }

  /**
   * Forgets the stalls that are over, and records all present ones as seen if a view is visible, which an infinite
   * `timestamp` indicates. Must be called after each change of a snapshot.
   */
  update(monitors: readonly ServerView[], { timestamp }: Pick<LastViewed, 'timestamp'>): void {
    const present = new Set(
      monitors.flatMap(({ connection, snapshot, serverNow }) =>
        findAlerts(snapshot, serverNow, timestamp).stalled.map((stalled) => getKey(connection.id, stalled)),
      ),
    );
    const previous = this.#keys;
    const keys =
      timestamp === Number.POSITIVE_INFINITY ? [...present] : keepCurrent(previous, present, monitors);
    if (keys.length !== previous.length || keys.some((key) => !previous.includes(key))) {
      saveMemento(this.#memento, storageKeys.seenStalls, keys);
    }
  }
}

/** Keeps the keys of stalls that are present, or whose server hasn't responded in this session. */
function keepCurrent(
  keys: readonly string[],
  present: ReadonlySet<string>,
  monitors: readonly ServerView[],
): string[] {
  const loaded = monitors.filter(({ snapshot }) => isLoaded(snapshot.sinksLoad));
  return keys.filter(
    (key) => present.has(key) || !loaded.some(({ connection }) => key.startsWith(`${connection.id}/`)),
  );
}

function getKey(connectionId: string, { backfill }: StalledBackfill): string {
  return getRefKey({ connectionId, sinkId: backfill.sinkId, backfillId: backfill.id });
}
