import { type Backfill, getUniqueRowsProcessed, isUnfinished } from '../Backfill.ts';

/**
 * Backfills of a connection that run a few at a time, in order. The backfills that are waiting are paused on the
 * server, which has no queue of its own. Immutable: each update creates a new queue, or returns the same one if nothing
 * changed.
 */
export interface BackfillQueue {
  /** The maximum number of backfills that run at a time. */
  readonly limit: number;
  /**
   * Has each backfill at most once. Finished backfills stay until the queue ends, because they count toward its
   * progress.
   */
  readonly items: readonly QueueItem[];
}

/**
 * How a backfill left the queue. `removed`: deleted on the server. `rejected`: the server rejected
 * {@link maxRejections} requests to resume the backfill.
 */
export const queueOutcomes = ['completed', 'cancelled', 'failed', 'removed', 'rejected'] as const;
export type QueueOutcome = (typeof queueOutcomes)[number];

/** A backfill in the queue, with what has been observed of the backfill. */
export interface QueueItem {
  readonly sinkId: string;
  readonly backfillId: string;
  /** `waiting` until the backfill is observed running, then `started` until its end is observed. */
  readonly phase: 'waiting' | 'started' | QueueOutcome;
  /**
   * The local time of the last attempt to resume the backfill, in milliseconds since the epoch; null if there was none.
   */
  readonly resumedAt: number | null;
  /**
   * The local time at which a window began to cancel the backfill, in milliseconds since the epoch; null if no window
   * did.
   */
  readonly cancelingSince: number | null;
  /** The number of requests to resume the backfill that the server rejected. */
  readonly rejections: number;
  /** The number of rows of a finished backfill, without rows that were read again; null if the number is unknown. */
  readonly rows: number | null;
}

/** Finds the backfill of an item; undefined if no response contained the backfill. */
export type FindBackfill = (item: QueueItem) => Backfill | undefined;

/**
 * The state of an item. `resuming`: the request to resume the backfill was sent, but no response shows the effect yet.
 * `canceling`: a window is canceling the backfill, so it must not be resumed. `held`: someone paused the backfill while
 * it was running. `unknown`: no response contained the backfill, so it may not exist.
 */
export type QueueItemState =
  'waiting' | 'resuming' | 'canceling' | 'running' | 'held' | 'unknown' | QueueOutcome;

/** If a resume has no effect for this time, in milliseconds, the queue tries again. Longer than a write can take. */
export const resumeTimeoutMs = 60_000;

/**
 * After this time, in milliseconds, a backfill no longer counts as being canceled, because the window that was
 * canceling it must have been closed. Longer than it takes to cancel hundreds of backfills.
 */
export const cancelTimeoutMs = 10 * 60_000;

/** After this number of rejections, the backfill stays paused, and the queue continues without it. */
export const maxRejections = 3;

/**
 * Sets the limit, and adds those of the given backfills that are unfinished, at the end and in the given order. A
 * backfill that is already waiting keeps its place.
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

/** Continues a stopped queue. Backfills that were queued after the stop come first. */
export function restoreQueue(queue: BackfillQueue | undefined, stopped: BackfillQueue): BackfillQueue {
  const queuedIds = new Set(queue?.items.map(({ backfillId }) => backfillId));
  const restored = stopped.items.filter(({ backfillId }) => !queuedIds.has(backfillId));
  return { ...stopped, items: [...(queue?.items ?? []), ...restored] };
}

/** Moves waiting items up by one place. The moved items keep their order, and items at the top stay there. */
export function moveUpInQueue(queue: BackfillQueue, backfillIds: ReadonlySet<string>): BackfillQueue {
  return listWaiting(queue)
    .filter(({ backfillId }) => backfillIds.has(backfillId))
    .reduce((moved, item) => moveItemUp(moved, item, backfillIds), queue);
}

/** Moves a waiting item before the waiting item above it, unless that item is also in `backfillIds`. */
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

/** Removes items without changing their backfills. */
export function removeFromQueue(queue: BackfillQueue, backfillIds: ReadonlySet<string>): BackfillQueue {
  const items = queue.items.filter(({ backfillId }) => !backfillIds.has(backfillId));
  return items.length === queue.items.length ? queue : { ...queue, items };
}

/** Lists the items that haven't been observed running yet, in order. */
export function listWaiting({ items }: BackfillQueue): QueueItem[] {
  return items.filter(({ phase }) => phase === 'waiting');
}

/** The position of a paused backfill among the waiting backfills, from 1; undefined if it isn't waiting. */
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

/** The positions by backfill id, cached for each queue, because every row of a backfill needs its position. */
const positionsCache = new WeakMap<BackfillQueue, ReadonlyMap<string, number>>();

/** Derives the state of an item at `now`, the local time in milliseconds since the epoch. */
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

/** Whether less than `ms` milliseconds have passed. False for a time in the future, because the clock was set back. */
function isWithin(ms: number, since: number | null, now: number): boolean {
  return since !== null && now >= since && now - since < ms;
}

/** Records in the queue which backfills started and finished. */
export function observeQueue(queue: BackfillQueue, findBackfill: FindBackfill): BackfillQueue {
  const items = queue.items.map((item) => observeItem(item, findBackfill(item)));
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

/** How a backfill finished; undefined if it is unfinished or in an unknown state, which a newer server added. */
function toOutcome({ state }: Backfill): QueueOutcome | undefined {
  return state === 'completed' || state === 'cancelled' || state === 'failed' ? state : undefined;
}

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

/**
 * Lists the items to resume, in order, as many as the limit allows. `now` is the local time in milliseconds since the
 * epoch.
 */
export function planResumes(queue: BackfillQueue, findBackfill: FindBackfill, now: number): QueueItem[] {
  const states = queue.items.map((item) => getItemState(item, findBackfill(item), now));
  const waiting = queue.items.filter((_item, index) => states[index] === 'waiting');
  // A started backfill whose state is unknown may be running.
  const occupied = queue.items.filter(({ phase }, index) => {
    const state = states[index];
    return state === 'running' || state === 'resuming' || (state === 'unknown' && phase === 'started');
  });
  return waiting.slice(0, Math.max(0, queue.limit - occupied.length));
}

/**
 * Whether nothing is left to do, because each backfill has left the queue or was paused by someone while it was
 * running.
 */
export function hasQueueEnded(queue: BackfillQueue, findBackfill: FindBackfill, now: number): boolean {
  return queue.items.every((item) => {
    const state = getItemState(item, findBackfill(item), now);
    return !['waiting', 'resuming', 'canceling', 'running', 'unknown'].includes(state);
  });
}
