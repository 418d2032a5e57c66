import { type BackfillRef, getRefKey } from '../model/BackfillRef.ts';
import { findAlerts, type StalledBackfill } from '../servers/alerts.ts';
import type { LastViewed } from '../servers/LastViewed.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import { isLoaded } from '../servers/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { isArrayOf, isNumber, isRecord, isString } from '../shared/guards.ts';
import { type MementoLike, readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'>;

/** A stalled backfill that the user has seen. */
interface SeenStall extends BackfillRef {
  /** When the user last saw it, to within {@link seenAtStepMs}, in milliseconds since the epoch. */
  readonly seenAt: number;
}

/** How often the time at which the user sees a stall is saved again, in milliseconds. */
const seenAtStepMs = 10_000;
/** How long a stall is remembered after the user last saw it, in milliseconds: its connection may have been removed. */
const retentionMs = 30 * 24 * 3600_000;

/**
 * Remembers the stalled backfills that the user has seen in a view, until they are no longer stalled. They need no
 * warning color in the status bar. The start of a stall doesn't identify it: that of a recurring stall changes.
 *
 * All windows share what the user has seen, but each one determines which stalls are over, since a window in the
 * background polls rarely. Only a window with a visible view saves stalls. One in the background deletes only those that
 * it has found itself, because it may find a stall late.
 */
export class SeenStalls {
  readonly #memento: MementoLike;
  readonly #clock: Clock;
  /** The keys of the stalls that have been seen and aren't over. */
  #keys: ReadonlySet<string> = new Set();
  /**
   * When the latest list of sinks arrived that showed a saved stall as over, by the key of the stall, in milliseconds
   * since the epoch. The time is undefined if no list did in this session.
   */
  #overAt: ReadonlyMap<string, number | undefined> = new Map();
  /** The stalls that this window has found and that no list has shown as over since, by {@link getRefKey}. */
  #observed: ReadonlyMap<string, BackfillRef> = new Map();

  /** `memento` is shared by all windows. */
  constructor(memento: MementoLike, clock: Clock) {
    this.#memento = memento;
    this.#clock = clock;
  }

  get #saved(): readonly SeenStall[] {
    return readMemento(this.#memento, storageKeys.seenStalls, isSeenStalls, []);
  }

  /** Whether the user had seen a stall at the time of the last {@link update}. */
  has(connectionId: string, { backfill }: StalledBackfill): boolean {
    return this.#keys.has(getRefKey({ connectionId, sinkId: backfill.sinkId, backfillId: backfill.id }));
  }

  /**
   * Forgets the stalls that are over, and records all present ones as seen if a view is visible, which an infinite
   * `timestamp` indicates. Must be called after each change of a snapshot.
   */
  update(monitors: readonly ServerView[], { timestamp }: Pick<LastViewed, 'timestamp'>): void {
    const present = findStalled(monitors);
    const loadedAt = findLoadedAt(monitors);
    const saved = this.#saved;
    this.#overAt = this.#findOver(saved, present, loadedAt);
    const now = this.#clock.now();
    const over = new Set(saved.filter((stall) => isOver(stall, this.#overAt.get(getRefKey(stall)), now)));
    const current = saved.filter((stall) => !over.has(stall) && now - stall.seenAt < retentionMs);
    const isVisible = timestamp === Number.POSITIVE_INFINITY;
    const seen = isVisible ? addSeen(current, present, now) : current;
    this.#keys = new Set(seen.map(getRefKey));

    const ended = this.#updateObserved(present, loadedAt);
    const retained = isVisible
      ? seen
      : saved.filter((stall) => !over.has(stall) || !ended.has(getRefKey(stall)));
    if (retained.length !== saved.length || retained.some((stall) => !saved.includes(stall))) {
      saveMemento(this.#memento, storageKeys.seenStalls, retained);
    }
  }

  /**
   * Finds when a list last showed each saved stall as over. The time matters, because a list that arrived before the user
   * saw the stall can't show its end.
   */
  #findOver(
    saved: readonly SeenStall[],
    present: ReadonlyMap<string, BackfillRef>,
    loadedAt: ReadonlyMap<string, number | undefined>,
  ): Map<string, number | undefined> {
    return new Map(
      saved.map((stall) => {
        const key = getRefKey(stall);
        const overAt = present.has(key) ? undefined : loadedAt.get(stall.connectionId);
        return [key, overAt ?? this.#overAt.get(key)];
      }),
    );
  }

  /** Adds the present stalls to the observed ones, and removes those that are over. Returns the keys of the latter. */
  #updateObserved(
    present: ReadonlyMap<string, BackfillRef>,
    loadedAt: ReadonlyMap<string, number | undefined>,
  ): Set<string> {
    const mayContinue = ([key, { connectionId }]: readonly [string, BackfillRef]): boolean =>
      present.has(key) || !loadedAt.has(connectionId);
    const previous = this.#observed;
    this.#observed = new Map([...previous, ...present].filter(mayContinue));
    return new Set([...previous.keys()].filter((key) => !this.#observed.has(key)));
  }
}

/**
 * Whether a list that arrived at `overAt`, when or after the user saw the stall, showed it as over. Any list counts if the
 * user saw it in the future: the clock has been set back since.
 */
function isOver({ seenAt }: SeenStall, overAt: number | undefined, now: number): boolean {
  return overAt !== undefined && (overAt >= seenAt || seenAt > now);
}

/** Finds when the list of sinks of each connection arrived in this session, in milliseconds since the epoch, by id. */
function findLoadedAt(monitors: readonly ServerView[]): Map<string, number | undefined> {
  return new Map(
    monitors
      .filter(({ snapshot }) => isLoaded(snapshot.sinksLoad))
      .map(({ connection, snapshot }) => [connection.id, snapshot.sinksLoad.loadedAt]),
  );
}

/** Finds the backfills that are stalled now, by {@link getRefKey}. */
function findStalled(monitors: readonly ServerView[]): Map<string, BackfillRef> {
  const refs = monitors.flatMap(({ connection, snapshot, serverNow }) =>
    findAlerts(snapshot, serverNow, Number.POSITIVE_INFINITY).stalled.map(({ backfill }): BackfillRef => ({
      connectionId: connection.id,
      sinkId: backfill.sinkId,
      backfillId: backfill.id,
    })),
  );
  return new Map(refs.map((ref) => [getRefKey(ref), ref]));
}

/** Adds the present stalls, which the user sees now, and updates the times of those that were saved a while ago. */
function addSeen(
  seen: readonly SeenStall[],
  present: ReadonlyMap<string, BackfillRef>,
  now: number,
): SeenStall[] {
  const unchanged = seen.filter(
    (stall) => !present.has(getRefKey(stall)) || Math.abs(now - stall.seenAt) < seenAtStepMs,
  );
  const unchangedKeys = new Set(unchanged.map(getRefKey));
  const updated = [...present].filter(([key]) => !unchangedKeys.has(key));
  return [...unchanged, ...updated.map(([, ref]) => ({ ...ref, seenAt: now }))];
}

function isSeenStalls(value: unknown): value is readonly SeenStall[] {
  return isArrayOf(value, isSeenStall);
}

function isSeenStall(value: unknown): value is SeenStall {
  return (
    isRecord(value) &&
    ['connectionId', 'sinkId', 'backfillId'].every((field) => isString(value[field])) &&
    isNumber(value['seenAt'])
  );
}
