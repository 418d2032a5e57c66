import assert from 'node:assert/strict';
import type { Backfill } from '../../../../src/model/Backfill.ts';
import { compareRuns, listRunsOfSameTable } from '../../../../src/model/history/comparison.ts';
import type { ProgressHistory } from '../../../../src/model/history/history.ts';
import type { ProgressEstimate } from '../../../../src/model/progress/estimate.ts';
import { backfill, now } from '../../samples.ts';

const hourMs = 3600_000;

/** Creates a run of 60,000 rows that started `hoursAgo` hours ago and took `seconds` seconds. */
function run(hoursAgo: number, seconds: number, overrides: Partial<Backfill> = {}): Backfill {
  const insertedAt = now - hoursAgo * hourMs;
  const completedAt = insertedAt + seconds * 1000;
  return backfill({
    id: `run-${hoursAgo}`,
    state: 'completed',
    rowsProcessed: 60_000,
    insertedAt,
    updatedAt: completedAt,
    completedAt,
    ...overrides,
  });
}

/** Creates a history with one pause that began at `from` and lasted `seconds` seconds. */
function createPausedHistory(from: number, seconds: number): ProgressHistory {
  const events = [
    { kind: 'paused', by: 'itself', at: from },
    { kind: 'resumed', by: 'itself', at: from + seconds * 1000 },
  ] as const;
  return { samples: [], events, firstObservedAt: 0, observedAt: now };
}

const estimate: ProgressEstimate = {
  rowsPerSecond: 5_000,
  averageRowsPerSecond: 1_000,
  timeLeft: null,
};

describe('listRunsOfSameTable', () => {
  it('lists all runs of the same table and sink, newest first, including the backfill itself', () => {
    const [newer, older, oldest] = [run(1, 60), run(2, 60), run(3, 60, { state: 'cancelled' })];
    const others = [run(4, 60, { table: 'public.other' }), run(5, 60, { sinkId: 'other' })];
    assert.deepEqual(listRunsOfSameTable([...others, oldest, newer, older], older), [newer, older, oldest]);
    assert.deepEqual(listRunsOfSameTable(new Map([['a', newer]]).values(), newer), [newer]);
  });

  it('lists only the backfill itself if its table was dropped', () => {
    const dropped = run(1, 60, { table: null });
    assert.deepEqual(listRunsOfSameTable([run(2, 60, { table: null }), dropped], dropped), [dropped]);
  });
});

describe('compareRuns', () => {
  const compareWith = (one: Backfill, ...others: Backfill[]) =>
    compareRuns(one, listRunsOfSameTable(others, one), undefined);

  it('returns the ratio of the rate to the median rate of the last three completed runs', () => {
    const runs = [run(1, 20), run(2, 60), run(3, 30), run(4, 1_000), run(5, 1_000)];
    assert.deepEqual(compareWith(run(0, 15), ...runs), { rateRatio: 2, runCount: 3 });
    assert.deepEqual(compareWith(run(0, 60), ...runs), { rateRatio: 0.5, runCount: 3 });
  });

  it('compares with fewer runs if fewer than three completed with a measurable rate', () => {
    assert.deepEqual(compareWith(run(0, 20), run(1, 60), run(2, 20)), { rateRatio: 1.5, runCount: 2 });
    const unusable = [
      run(1, 60, { state: 'cancelled' }),
      run(2, 60, { state: 'failed' }),
      run(3, 0),
      run(4, 60, { rowsProcessed: 0 }),
      run(5, 60, { table: 'public.other' }),
    ];
    assert.equal(compareWith(run(0, 20), ...unusable), undefined);
    assert.deepEqual(compareWith(run(0, 20), ...unusable, run(9, 40)), { rateRatio: 2, runCount: 1 });
  });

  it('counts each row once, even if the row was read again', () => {
    const repeated = { rowsInitial: 200_000, rowsProcessed: 300_000 };
    const counted = { rowsInitial: 200_000, rowsProcessed: 200_000 };
    assert.deepEqual(compareWith(run(0, 20, repeated), run(1, 20, counted)), { rateRatio: 1, runCount: 1 });
    assert.deepEqual(compareWith(run(0, 20, counted), run(1, 20, repeated)), { rateRatio: 1, runCount: 1 });
  });

  it('ignores later runs', () => {
    assert.deepEqual(compareWith(run(5, 20), run(1, 2), run(6, 40)), { rateRatio: 2, runCount: 1 });
  });

  it('returns undefined for a backfill that ran for less than 10 s, or has no rows', () => {
    assert.equal(compareWith(run(0, 9), run(1, 60)), undefined);
    assert.equal(compareWith(run(0, 60, { rowsProcessed: 0 }), run(1, 60)), undefined);
  });

  it('returns undefined for a backfill that is cancelled, failed, paused, or active without an estimate', () => {
    const earlier = run(1, 60);
    for (const state of ['cancelled', 'failed', 'paused', 'active']) {
      assert.equal(compareWith(run(0, 60, { state, completedAt: null }), earlier), undefined, state);
    }
    const paused = backfill({ state: 'paused' });
    assert.equal(compareRuns(paused, [earlier], estimate), undefined);
  });

  it('compares the average rate of a running backfill once the backfill has run for 10 s', () => {
    const createRunning = (elapsedMs: number): Backfill =>
      backfill({ insertedAt: now - elapsedMs, updatedAt: now });
    assert.deepEqual(compareRuns(createRunning(10_000), [run(1, 120)], estimate), {
      rateRatio: 2,
      runCount: 1,
    });
    assert.equal(compareRuns(createRunning(9_000), [run(1, 120)], estimate), undefined);
  });

  it('subtracts the pauses in the histories from the durations of the runs', () => {
    const [one, earlier] = [run(0, 60), run(1, 90)];
    const histories = new Map([
      [one.id, createPausedHistory(one.insertedAt, 45)],
      [earlier.id, createPausedHistory(earlier.insertedAt, 60)],
    ]);
    assert.deepEqual(compareRuns(one, [one, earlier], undefined, histories), { rateRatio: 2, runCount: 1 });
    assert.deepEqual(compareRuns(one, [one, earlier], undefined), { rateRatio: 1.5, runCount: 1 });
    assert.equal(
      compareRuns(
        one,
        [one, earlier],
        undefined,
        new Map([[one.id, createPausedHistory(one.insertedAt, 55)]]),
      ),
      undefined,
      'it ran for 5 s',
    );
  });
});
