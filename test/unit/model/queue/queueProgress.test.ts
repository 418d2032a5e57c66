import assert from 'node:assert/strict';
import type { Backfill } from '../../../../src/model/Backfill.ts';
import { addToQueue, observeQueue } from '../../../../src/model/queue/BackfillQueue.ts';
import { getQueueProgress } from '../../../../src/model/queue/queueProgress.ts';
import { backfill } from '../../samples.ts';

/**
 * Computes the progress of a queue with one backfill for each of `overrides`. A backfill has 1,000 rows by default.
 * `rates` has the rates of the backfills in rows per second, by index.
 */
function computeProgress(
  limit: number,
  rates: Readonly<Record<string, number>>,
  ...overrides: readonly Partial<Backfill>[]
) {
  const backfills = overrides.map((fields, index) =>
    backfill({ id: String(index), rowsInitial: 1_000, rowsProcessed: 0, ...fields }),
  );
  const find = ({ backfillId }: { backfillId: string }) => {
    const match = backfills.find(({ id }) => id === backfillId) ?? assert.fail();
    return { backfill: match, rowsPerSecond: rates[backfillId] };
  };
  const unfinished = backfills.map((each) => ({
    ...each,
    state: each.state === 'paused' ? 'paused' : 'active',
  }));
  return getQueueProgress(
    observeQueue(addToQueue(undefined, unfinished, limit), (item) => find(item).backfill),
    find,
  );
}

describe('getQueueProgress', () => {
  it('counts the backfills by state, and computes the processed fraction of all their rows', () => {
    const { total, counts, fraction } = computeProgress(
      1,
      {},
      { state: 'completed', rowsProcessed: 1_000 },
      { state: 'failed', rowsProcessed: 0 },
      { state: 'active', rowsProcessed: 500 },
      { state: 'paused' },
    );
    assert.equal(total, 4);
    assert.deepEqual(counts, {
      completed: 1,
      cancelled: 0,
      failed: 1,
      removed: 0,
      rejected: 0,
      running: 1,
      waiting: 1,
    });
    assert.equal(fraction, 0.5);
  });

  it('estimates the time left from the rates of the running backfills', () => {
    const active = { state: 'active' };
    const paused = { state: 'paused' };
    const cases: [
      limit: number,
      rates: Record<string, number>,
      backfills: Partial<Backfill>[],
      seconds: number | undefined,
    ][] = [
      [1, { 0: 100 }, [active], 10],
      [1, { 0: 100 }, [active, paused, paused], 30],
      [2, { 0: 100, 1: 100 }, [active, active, paused], 20],
      // A free slot, and different rates with a mean of 75 rows/s.
      [3, { 0: 100, 1: 50 }, [active, active, { ...paused, rowsInitial: 750 }], 20],
      // The user started one backfill more than the limit.
      [1, { 0: 100, 1: 50 }, [active, active, { ...paused, rowsInitial: 750 }], 30],
      [2, { 0: 100 }, [active, active], 10],
      [1, {}, [active, paused], undefined],
      [1, { 0: 100 }, [active, { ...paused, rowsInitial: null }], undefined],
    ];
    for (const [limit, rates, backfills, seconds] of cases) {
      assert.equal(
        computeProgress(limit, rates, ...backfills).remainingMs,
        seconds && 1000 * seconds,
        JSON.stringify([limit, rates, backfills]),
      );
    }
  });
});
