import assert from 'node:assert/strict';
import {
  createBadge,
  formatBackfillCounts,
  formatBackfillName,
  formatShortBackfillCounts,
} from '../../../src/text/backfillCountsText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { formatRunningBackfills } from '../../../src/text/sinkText.ts';
import { backfill, sink } from '../samples.ts';

describe('counts of backfills', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  it('include the running backfills and their combined progress', () => {
    assert.equal(formatRunningBackfills([backfill()]), '1 backfill, 47%');
    const other = backfill({ rowsProcessed: 0, rowsInitial: 400_000 });
    assert.equal(formatRunningBackfills([backfill(), other]), '2 backfills, 15%');
    assert.equal(formatRunningBackfills([backfill(), backfill({ rowsInitial: null })]), '2 backfills, 47%');
    assert.equal(formatRunningBackfills([backfill({ rowsInitial: null })]), '1 backfill');
    const counting = backfill({ rowsInitial: null, rowsProcessed: 0 });
    assert.equal(formatRunningBackfills([counting]), '1 backfill, counting rows…');
    assert.equal(formatRunningBackfills([counting, backfill({ rowsInitial: null })]), '2 backfills');
    assert.equal(formatRunningBackfills([backfill({ rowsInitial: 0, rowsProcessed: 0 })]), '1 backfill');
  });

  const counts: [Parameters<typeof formatBackfillCounts>[0], string][] = [
    [{ completed: 3, failed: 1 }, '3 backfills completed, 1 failed'],
    [{ completed: 1 }, '1 backfill completed'],
    [{ cancelled: 1, stalled: 2 }, '1 backfill cancelled, 2 stalled'],
    [{ cancelled: 2 }, '2 backfills cancelled'],
    [{ stalled: 1, failed: 1200 }, '1 backfill stalled, 1,200 failed'],
    [{ stalled: 2 }, '2 backfills stalled'],
    [{ failed: 1 }, '1 backfill failed'],
    [{ failed: 2, completed: 0 }, '2 backfills failed'],
    [{}, ''],
  ];
  for (const [given, expected] of counts) {
    it(`are formatted by result: ${expected || '(empty)'}`, () => {
      assert.equal(formatBackfillCounts(given), expected);
    });
  }

  it('omit the noun in the short form', () => {
    assert.equal(
      formatShortBackfillCounts({ completed: 1, cancelled: 2, stalled: 3, failed: 4 }),
      '1 completed, 2 cancelled, 3 stalled, 4 failed',
    );
  });

  it('create a badge only if backfills need attention', () => {
    assert.deepEqual(createBadge(1, 2), { value: 3, tooltip: '1 backfill stalled, 2 failed' });
    assert.equal(createBadge(0, 0), undefined);
  });

  it('refer to a backfill by its table, and its sink if known', () => {
    assert.equal(formatBackfillName(backfill(), sink()), 'public.orders → orders-kafka');
    assert.equal(formatBackfillName(backfill({ table: null }), undefined), '(dropped table)');
  });
});
