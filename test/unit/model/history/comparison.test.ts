import assert from 'node:assert/strict';
import type { Backfill } from '../../../../src/model/Backfill.ts';
import { compareRuns, listRunsOfSameTable } from '../../../../src/model/history/comparison.ts';
import type { ProgressEstimate } from '../../../../src/model/progress/estimate.ts';
import type { ProgressHistory } from '../../../../src/model/history/history.ts';
import { backfill, now } from '../../samples.ts';

const hourMs = 3600_000;

/** A run so many hours ago that took so many seconds for 60,000 rows. */
function run(hoursAgo: number, seconds: number, different: Partial<Backfill> = {}): Backfill {
  const insertedAt = now - hoursAgo * hourMs;
  const completedAt = insertedAt + seconds * 1000;
  return backfill({
    id: `run-${hoursAgo}`,
    state: 'completed',
    rowsProcessed: 60_000,
    insertedAt,
    updatedAt: completedAt,
    completedAt,
    ...different,
  });
}

/** A journal that knows of one pause. */
function pausedFor(from: number, seconds: number): ProgressHistory {
  const events = [
    { kind: 'paused', by: 'itself', at: from },
    { kind: 'resumed', by: 'itself', at: from + seconds * 1000 },
  ] as const;
  return { samples: [], events, observedAt: now };
}

const at1000: ProgressEstimate = {
  rowsPerSecond: 5_000,
  averageRowsPerSecond: 1_000,
  remainingMs: null,
  displayedRemainingMs: null,
};

describe('the runs of a table', () => {
  it('are all of its sink, newest first, itself among them', () => {
    const [newer, older, oldest] = [run(1, 60), run(2, 60), run(3, 60, { state: 'cancelled' })];
    const others = [run(4, 60, { table: 'public.other' }), run(5, 60, { sinkId: 'other' })];
    assert.deepEqual(listRunsOfSameTable([...others, oldest, newer, older], older), [newer, older, oldest]);
    assert.deepEqual(listRunsOfSameTable(new Map([['a', newer]]).values(), newer), [newer]);
  });

  it('are none other of a table that is dropped', () => {
    const dropped = run(1, 60, { table: null });
    assert.deepEqual(listRunsOfSameTable([run(2, 60, { table: null }), dropped], dropped), [dropped]);
  });
});

describe('a run compared with those before it', () => {
  const compared = (one: Backfill, ...others: Backfill[]) =>
    compareRuns(one, listRunsOfSameTable(others, one), undefined);

  it('is so many times as fast as the median of the last three that completed', () => {
    const runs = [run(1, 20), run(2, 60), run(3, 30), run(4, 1_000), run(5, 1_000)];
    assert.deepEqual(compared(run(0, 15), ...runs), { rateRatio: 2, runCount: 3 });
    assert.deepEqual(compared(run(0, 60), ...runs), { rateRatio: 0.5, runCount: 3 });
  });

  it('takes what there is, and only what completed in a time that can be told', () => {
    assert.deepEqual(compared(run(0, 20), run(1, 60), run(2, 20)), { rateRatio: 1.5, runCount: 2 });
    const none = [
      run(1, 60, { state: 'cancelled' }),
      run(2, 60, { state: 'failed' }),
      run(3, 0),
      run(4, 60, { rowsProcessed: 0 }),
      run(5, 60, { table: 'public.other' }),
    ];
    assert.equal(compared(run(0, 20), ...none), undefined);
    assert.deepEqual(compared(run(0, 20), ...none, run(9, 40)), { rateRatio: 2, runCount: 1 });
  });

  it('is not compared with later ones', () => {
    assert.deepEqual(compared(run(5, 20), run(1, 2), run(6, 40)), { rateRatio: 2, runCount: 1 });
  });

  it('says nothing of one that ran for less than 10 s, did nothing, rests, or ended otherwise', () => {
    const earlier = run(1, 60);
    assert.equal(compared(run(0, 9), earlier), undefined);
    assert.equal(compared(run(0, 60, { rowsProcessed: 0 }), earlier), undefined);
    for (const state of ['cancelled', 'failed', 'paused', 'active']) {
      assert.equal(compared(run(0, 60, { state, completedAt: null }), earlier), undefined, state);
    }
    const paused = backfill({ state: 'paused' });
    assert.equal(compareRuns(paused, [earlier], at1000), undefined);
  });

  it('goes by the average of one that runs, from 10 s on', () => {
    const running = (ranMs: number): Backfill => backfill({ insertedAt: now - ranMs, updatedAt: now });
    assert.deepEqual(compareRuns(running(10_000), [run(1, 120)], at1000), { rateRatio: 2, runCount: 1 });
    assert.equal(compareRuns(running(9_000), [run(1, 120)], at1000), undefined);
  });

  it('counts pauses out as far as a journal tells them', () => {
    const [one, earlier] = [run(0, 60), run(1, 90)];
    const journals = new Map([
      [one.id, pausedFor(one.insertedAt, 45)],
      [earlier.id, pausedFor(earlier.insertedAt, 60)],
    ]);
    assert.deepEqual(compareRuns(one, [one, earlier], undefined, journals), { rateRatio: 2, runCount: 1 });
    assert.deepEqual(compareRuns(one, [one, earlier], undefined), { rateRatio: 1.5, runCount: 1 });
    assert.equal(
      compareRuns(one, [one, earlier], undefined, new Map([[one.id, pausedFor(one.insertedAt, 55)]])),
      undefined,
      'it ran for 5 s',
    );
  });
});
