import { type Backfill, getUniqueRowsProcessed, isUnfinished } from '../Backfill.ts';

/**
 * Backfills of a connection that run a few at a time, in order. The others are paused on the server, which has no queue
 * of its own. Immutable: each update creates a new queue, or returns the same one if nothing changed.
 */
export interface BackfillQueue {
  /** The number of backfills that run at a time. */
  readonly limit: number;
  /** Each backfill at most once. Finished ones stay until the queue ends, for its progress. */
  readonly items: readonly QueueItem[];
}

/**
 * How a backfill left the queue. `removed`: deleted on the server. `rejected`: the server rejected {@link maxRejections}
 * requests to resume it.
 */
export const queueOutcomes = ['completed', 'cancelled', 'failed', 'removed', 'rejected'] as const;
export type QueueOutcome = (typeof queueOutcomes)[number];

/** A backfill in the queue, and what was observed of it so far. */
export interface QueueItem {
  readonly sinkId: string;
  readonly backfillId: string;
  /** `waiting` until it was observed running, then `started` until its end is observed. */
  readonly phase: 'waiting' | 'started' | QueueOutcome;
  /** The local time of the last attempt to resume it, in milliseconds since the epoch; null if there was none. */
  readonly resumedAt: number | null;
  /** The local time at which a window began to cancel it, in milliseconds since the epoch; null if none does. */
  readonly cancelingSince: number | null;
  /** The number of requests to resume it that the server rejected. */
  readonly rejections: number;
  /** The rows of a finished backfill, without those that were read again; null if their number is unknown. */
  readonly rows: number | null;
}

/** Finds the backfill of an item; undefined if no response contained it. */
export type FindBackfill = (item: QueueItem) => Backfill | undefined;

/**
 * The state of an item. `resuming`: the request was sent, and no response shows its effect yet. `canceling`: a window
 * cancels it, so that it must not be resumed. `held`: someone paused it while it was running. `unknown`: it isn't known
 * whether it exists.
 */
export type QueueItemState =
  'waiting' | 'resuming' | 'canceling' | 'running' | 'held' | 'unknown' | QueueOutcome;

/** After this time without an effect, in milliseconds, a backfill is resumed again. Longer than a write can take. */
export const resumeTimeoutMs = 60_000;

/**
 * After this time, in milliseconds, a backfill is no longer being canceled: the window that did so was closed. Longer
 * than the cancellation of hundreds of backfills takes.
 */
export const cancelTimeoutMs = 10 * 60_000;

/** After this number of rejections, the queue continues without the backfill, which stays paused. */
export const maxRejections = 3;

/**
 * Adds unfinished backfills at the end, in the given order, and sets the limit. A backfill that is already waiting keeps
 * its place.
 */
export function addToQueue(
  queue: BackfillQueue | undefined,
  backfills: readonly Backfill[],
  limit: number,
): BackfillQueue {
  const waitingIds = new Set(
    queue?.items.flatMap(({ phase, backfillId }) => (phase === 'waiting' ? [backfillId] : [])),
  );
  const added = backfills
    .filter((backfill) => isUnfinished(backfill) && !waitingIds.has(backfill.id))
    .map(({ sinkId, id, state }): QueueItem => ({
      sinkId,
      backfillId: id,
      phase: state === 'active' ? 'started' : 'waiting',
      resumedAt: null,
      cancelingSince: null,
      rejections: 0,
      rows: null,
    }));
  const addedIds = new Set(added.map(({ backfillId }) => backfillId));
  const kept = queue?.items.filter(({ backfillId }) => !addedIds.has(backfillId)) ?? [];
  return { limit, items: [...kept, ...added] };
}

/** Continues a stopped queue. Backfills that were queued since come first. */
export function restoreQueue(queue: BackfillQueue | undefined, stopped: BackfillQueue): BackfillQueue {
  const queuedIds = new Set(queue?.items.map(({ backfillId }) => backfillId));
  const restored = stopped.items.filter(({ backfillId }) => !queuedIds.has(backfillId));
  return { ...stopped, items: [...(queue?.items ?? []), ...restored] };
}

/** Moves waiting items up by one place. They keep their order, and those at the top stay there. */
export function moveUpInQueue(queue: BackfillQueue, backfillIds: ReadonlySet<string>): BackfillQueue {
  return listWaiting(queue)
    .filter(({ backfillId }) => backfillIds.has(backfillId))
    .reduce((moved, item) => moveItemUp(moved, item, backfillIds), queue);
}

/** Moves a waiting item before the waiting one above it, unless the latter is one of `backfillIds` too. */
function moveItemUp(queue: BackfillQueue, item: QueueItem, backfillIds: ReadonlySet<string>): BackfillQueue {
  const waiting = listWaiting(queue);
  const above = waiting[waiting.indexOf(item) - 1];
  if (above === undefined || backfillIds.has(above.backfillId)) {
    return queue;
  }
  const items = queue.items.flatMap((other) =>
    other === item ? [] : other === above ? [item, above] : [other],
  );
  return { ...queue, items };
}

/** Removes items. Their backfills stay as they are. */
export function removeFromQueue(queue: BackfillQueue, backfillIds: ReadonlySet<string>): BackfillQueue {
  const items = queue.items.filter(({ backfillId }) => !backfillIds.has(backfillId));
  return items.length === queue.items.length ? queue : { ...queue, items };
}

/** The items that weren't observed running yet, in order. */
export function listWaiting({ items }: BackfillQueue): QueueItem[] {
  return items.filter(({ phase }) => phase === 'waiting');
}

/** The position of a paused backfill among the waiting ones, from 1; undefined if it isn't waiting. */
export function getQueuePosition(
  queue: BackfillQueue | undefined,
  { id, state }: Backfill,
): number | undefined {
  if (queue === undefined || state !== 'paused') {
    return undefined;
  }
  const positions =
    positionsCache.get(queue) ??
    new Map(listWaiting(queue).map(({ backfillId }, index) => [backfillId, index + 1]));
  positionsCache.set(queue, positions);
  return positions.get(id);
}

/** The number of the given backfills that are waiting in the queue. */
export function countQueued(queue: BackfillQueue | undefined, backfills: readonly Backfill[]): number {
  return backfills.filter((backfill) => getQueuePosition(queue, backfill) !== undefined).length;
}

/** The positions by backfill id, cached per queue, because each row of a backfill needs its own. */
const positionsCache = new WeakMap<BackfillQueue, ReadonlyMap<string, number>>();

/** Derives the state of an item at a local time in milliseconds since the epoch. */
export function getItemState(
  { phase, resumedAt, cancelingSince }: QueueItem,
  backfill: Backfill | undefined,
  now: number,
): QueueItemState {
  if (phase !== 'waiting' && phase !== 'started') {
    return phase;
  }
  if (backfill === undefined) {
    return 'unknown';
  }
  if (backfill.state !== 'paused') {
    return toOutcome(backfill) ?? 'running';
  }
  if (phase === 'started') {
    return 'held';
  }
  if (isWithin(cancelTimeoutMs, cancelingSince, now)) {
    return 'canceling';
  }
  return isWithin(resumeTimeoutMs, resumedAt, now) ? 'resuming' : 'waiting';
}

/** Whether at most `ms` have passed since a time. A time in the future is from before the clock was set back. */
function isWithin(ms: number, since: number | null, now: number): boolean {
  return since !== null && now >= since && now - since < ms;
}

/** Records in the queue which backfills started and finished. */
export function observeQueue(queue: BackfillQueue, find: FindBackfill): BackfillQueue {
  const items = queue.items.map((item) => observeItem(item, find(item)));
  return items.every((item, index) => item === queue.items[index]) ? queue : { ...queue, items };
}

function observeItem(item: QueueItem, backfill: Backfill | undefined): QueueItem {
  if (backfill === undefined || (item.phase !== 'waiting' && item.phase !== 'started')) {
    return item;
  }
  const outcome = toOutcome(backfill);
  if (outcome !== undefined) {
    return { ...item, phase: outcome, rows: getUniqueRowsProcessed(backfill) };
  }
  return backfill.state === 'active' && item.phase === 'waiting' ? { ...item, phase: 'started' } : item;
}

/** How a backfill finished; undefined while it is unfinished, or in a state that a newer server added. */
function toOutcome({ state }: Backfill): QueueOutcome | undefined {
  return state === 'completed' || state === 'cancelled' || state === 'failed' ? state : undefined;
}

/** Changes fields of items. */
export function updateItems(
  queue: BackfillQueue,
  backfillIds: readonly string[],
  patch: Partial<Pick<QueueItem, 'phase' | 'resumedAt' | 'cancelingSince' | 'rejections'>>,
): BackfillQueue {
  const ids = new Set(backfillIds);
  return {
    ...queue,
    items: queue.items.map((item) => (ids.has(item.backfillId) ? { ...item, ...patch } : item)),
  };
}

/** Records that the server rejected a request to resume an item. */
export function recordRejection(queue: BackfillQueue, { backfillId }: QueueItem): BackfillQueue {
  const rejections = 1 + (queue.items.find((item) => item.backfillId === backfillId)?.rejections ?? 0);
  return updateItems(queue, [backfillId], {
    rejections,
    ...(rejections >= maxRejections && { phase: 'rejected' }),
  });
}

/** The items to resume now, in order: as many as the limit allows. `now` is a local time in milliseconds. */
export function planResumes(queue: BackfillQueue, find: FindBackfill, now: number): QueueItem[] {
  const states = queue.items.map((item) => getItemState(item, find(item), now));
  const waiting = queue.items.filter((_item, index) => states[index] === 'waiting');
  // A started backfill of unknown state may be running.
  const occupied = queue.items.filter(({ phase }, index) => {
    const state = states[index];
    return state === 'running' || state === 'resuming' || (state === 'unknown' && phase === 'started');
  });
  return waiting.slice(0, Math.max(0, queue.limit - occupied.length));
}

/** Whether nothing is left to do: each backfill has left the queue, or was paused by someone while it was running. */
export function hasQueueEnded(queue: BackfillQueue, find: FindBackfill, now: number): boolean {
  return queue.items.every((item) => {
    const state = getItemState(item, find(item), now);
    return !['waiting', 'resuming', 'canceling', 'running', 'unknown'].includes(state);
  });
}
