import assert from 'node:assert/strict';
import type { Backfill } from '../../../../src/model/Backfill.ts';
import {
  addToQueue,
  type BackfillQueue,
  cancelTimeoutMs,
  type FindBackfill,
  getItemState,
  getQueuePosition,
  hasQueueEnded,
  maxRejections,
  moveUpInQueue,
  observeQueue,
  planResumes,
  type QueueItem,
  type QueueItemState,
  recordRejection,
  removeFromQueue,
  restoreQueue,
  resumeTimeoutMs,
} from '../../../../src/model/queue/BackfillQueue.ts';
import { backfill, now } from '../../samples.ts';

type State = Backfill['state'];

/** Creates a function that finds backfills with the given ids and states. Each id is a single letter. */
const createFind =
  (states: Readonly<Record<string, State>>): FindBackfill =>
  ({ backfillId }) => {
    const state = states[backfillId];
    return state === undefined ? undefined : backfill({ id: backfillId, state });
  };

const createQueue = (limit: number, states: Readonly<Record<string, State>>): BackfillQueue =>
  addToQueue(
    undefined,
    Object.entries(states).map(([id, state]) => backfill({ id, state })),
    limit,
  );

const joinIds = (items: readonly QueueItem[]): string => items.map(({ backfillId }) => backfillId).join('');

describe('BackfillQueue', () => {
  it('derives the state of an item from the state of its backfill', () => {
    const cases: [Partial<QueueItem>, State | undefined, QueueItemState][] = [
      [{}, 'paused', 'waiting'],
      [{}, 'active', 'running'],
      [{}, undefined, 'unknown'],
      [{}, 'completed', 'completed'],
      [{}, 'a newer state', 'running'],
      [{ resumedAt: now }, 'paused', 'resuming'],
      [{ resumedAt: now - resumeTimeoutMs + 1 }, 'paused', 'resuming'],
      [{ resumedAt: now - resumeTimeoutMs }, 'paused', 'waiting'],
      // The clock was set back after the resume.
      [{ resumedAt: now + 3600_000 }, 'paused', 'waiting'],
      [{ cancelingSince: now }, 'paused', 'canceling'],
      [{ cancelingSince: now }, 'cancelled', 'cancelled'],
      [{ cancelingSince: now - cancelTimeoutMs }, 'paused', 'waiting'],
      [{ cancelingSince: now + 3600_000 }, 'paused', 'waiting'],
      [{ phase: 'started' }, 'active', 'running'],
      [{ phase: 'started' }, 'paused', 'held'],
      [{ phase: 'started', resumedAt: now - 2_000 }, 'paused', 'held'],
      [{ phase: 'started', resumedAt: now + 3600_000 }, 'paused', 'held'],
      [{ phase: 'started' }, undefined, 'unknown'],
      [{ phase: 'failed' }, undefined, 'failed'],
      [{ phase: 'rejected' }, 'paused', 'rejected'],
    ];
    const [item] = createQueue(1, { a: 'paused' }).items;
    assert.ok(item);
    for (const [overrides, state, expected] of cases) {
      assert.equal(
        getItemState({ ...item, ...overrides }, state === undefined ? undefined : backfill({ state }), now),
        expected,
        JSON.stringify([overrides, state]),
      );
    }
  });

  it('resumes as many waiting backfills as the limit allows, in order', () => {
    const cases: [limit: number, before: Record<string, State>, after: Record<string, State>, string][] = [
      [2, { a: 'paused', b: 'paused', c: 'paused' }, {}, 'ab'],
      [2, { a: 'active', b: 'paused', c: 'paused' }, {}, 'b'],
      [2, { a: 'active', b: 'active', c: 'paused' }, {}, ''],
      // More backfills than the limit are running, because the user started one.
      [1, { a: 'active', b: 'active', c: 'paused' }, {}, ''],
      [2, { a: 'active', b: 'active', c: 'paused' }, { a: 'completed' }, 'c'],
      [2, { a: 'active', b: 'active', c: 'paused' }, { a: 'failed' }, 'c'],
      [2, { a: 'active', b: 'active', c: 'paused' }, { a: 'cancelled' }, 'c'],
      // The user pauses a running backfill, or resumes a waiting one.
      [2, { a: 'active', b: 'active', c: 'paused', d: 'paused' }, { a: 'paused' }, 'c'],
      [2, { a: 'active', b: 'paused', c: 'paused', d: 'paused' }, { d: 'active' }, ''],
      // The user cancels a waiting backfill.
      [2, { a: 'active', b: 'paused', c: 'paused' }, { b: 'cancelled' }, 'c'],
    ];
    for (const [limit, before, after, expected] of cases) {
      const find = createFind({ ...before, ...after });
      const queue = observeQueue(observeQueue(createQueue(limit, before), createFind(before)), find);
      assert.equal(joinIds(planResumes(queue, find, now)), expected, JSON.stringify([limit, before, after]));
    }
  });

  it('doesn’t resume another backfill if a started one is missing from responses, but skips a waiting one that is missing', () => {
    const queue = createQueue(1, { a: 'active', b: 'paused' });
    assert.equal(joinIds(planResumes(queue, createFind({ b: 'paused' }), now)), '');
    const waiting = createQueue(1, { a: 'paused', b: 'paused' });
    assert.equal(joinIds(planResumes(waiting, createFind({ b: 'paused' }), now)), 'b');
  });

  it('skips a backfill if the server rejects three requests to resume it', () => {
    const find = createFind({ a: 'paused', b: 'paused' });
    let queue = createQueue(1, { a: 'paused', b: 'paused' });
    for (let rejections = 1; rejections <= maxRejections; rejections += 1) {
      assert.equal(joinIds(planResumes(queue, find, now)), 'a');
      queue = recordRejection(queue, queue.items[0] ?? assert.fail());
    }
    assert.equal(joinIds(planResumes(queue, find, now)), 'b');
  });

  it('returns the same queue if nothing changes', () => {
    const states = { a: 'active', b: 'paused' };
    const queue = createQueue(1, states);
    assert.equal(observeQueue(queue, createFind(states)), queue);
    assert.equal(observeQueue(queue, createFind({})), queue);
    assert.equal(moveUpInQueue(queue, new Set(['b'])), queue);
    assert.equal(removeFromQueue(queue, new Set(['x'])), queue);
  });

  it('keeps the outcome of a finished backfill, even if no response contains the backfill anymore', () => {
    const finished = observeQueue(createQueue(1, { a: 'active' }), createFind({ a: 'failed' }));
    assert.equal(observeQueue(finished, createFind({})).items[0]?.phase, 'failed');
    assert.equal(finished.items[0]?.rows, 94_000);
  });

  it('moves waiting backfills up by one place, and keeps their order', () => {
    const queue = createQueue(1, { a: 'paused', b: 'active', c: 'paused', d: 'paused' });
    const moveUp = (ids: string): BackfillQueue => moveUpInQueue(queue, new Set(ids));
    for (const [ids, expected] of Object.entries({ d: 'abdc', c: 'cabd', dc: 'cdab', da: 'abdc' })) {
      assert.equal(joinIds(moveUp(ids).items), expected, ids);
    }
    for (const ids of ['a', 'b', 'x', 'ca', 'adc']) {
      assert.equal(moveUp(ids), queue, ids);
    }
  });

  it('restores the backfills of a stopped queue after the backfills that were queued later', () => {
    const stopped = createQueue(2, { a: 'active', b: 'paused', c: 'paused' });
    assert.equal(restoreQueue(undefined, stopped).items.length, 3);
    const restored = restoreQueue(createQueue(1, { c: 'paused', d: 'paused' }), stopped);
    assert.deepEqual([joinIds(restored.items), restored.limit], ['cdab', 2]);
  });

  it('numbers the waiting backfills from 1', () => {
    const queue = createQueue(1, { a: 'active', b: 'paused', c: 'paused' });
    const getPosition = (id: string, state: State): number | undefined =>
      getQueuePosition(queue, backfill({ id, state }));
    assert.deepEqual([getPosition('b', 'paused'), getPosition('c', 'paused')], [1, 2]);
    assert.deepEqual(
      [getPosition('a', 'paused'), getPosition('c', 'active'), getPosition('x', 'paused')],
      [undefined, undefined, undefined],
    );
    assert.equal(getQueuePosition(undefined, backfill({ state: 'paused' })), undefined);
  });

  it('adds unfinished backfills at the end, except backfills that are already waiting', () => {
    const queue = createQueue(1, { a: 'active', b: 'paused', c: 'paused' });
    const started = observeQueue(queue, createFind({ a: 'active' }));
    const added = ['d', 'b', 'a'].map((id) => backfill({ id, state: 'paused' }));
    const longer = addToQueue(started, [...added, backfill({ id: 'e', state: 'completed' })], 4);
    assert.equal(joinIds(longer.items), 'bcda');
    assert.equal(longer.items[3]?.phase, 'waiting');
    assert.equal(longer.limit, 4);
  });

  it('ends when each backfill has finished or was paused by the user while it was running', () => {
    const cases: [Record<string, State>, boolean][] = [
      [{ a: 'completed', b: 'failed' }, true],
      [{ a: 'completed', b: 'active' }, false],
      [{ a: 'paused', b: 'cancelled' }, true],
      [{ a: 'completed' }, false],
    ];
    const started = createQueue(2, { a: 'active', b: 'active' });
    for (const [states, expected] of cases) {
      const find = createFind(states);
      assert.equal(hasQueueEnded(observeQueue(started, find), find, now), expected, JSON.stringify(states));
    }
    const waiting = createQueue(2, { a: 'active', b: 'paused' });
    const find = createFind({ a: 'completed', b: 'paused' });
    assert.equal(hasQueueEnded(observeQueue(waiting, find), find, now), false);
  });
});
