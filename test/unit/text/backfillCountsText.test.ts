import assert from 'node:assert/strict';
import { createBadge, formatBackfillCounts } from '../../../src/text/backfillCountsText.ts';
import { setLocale } from '../../../src/text/format.ts';

describe('formatBackfillCounts', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const counts: [Parameters<typeof formatBackfillCounts>[0], string][] = [
    [{ completed: 3, failed: 1 }, '3 backfills completed, 1 failed'],
    [{ completed: 1 }, '1 backfill completed'],
    [{ cancelled: 1, stalled: 2 }, '1 backfill cancelled, 2 stalled'],
    [{ cancelled: 2 }, '2 backfills cancelled'],
    [{ stalled: 1, failed: 1200 }, '1 backfill stalled, 1,200 failed'],
    [{ stalled: 2 }, '2 backfills stalled'],
    [{ failed: 1 }, '1 backfill failed'],
    [{ failed: 1, paused: 2 }, '1 backfill failed, 2 paused'],
    [{ paused: 1 }, '1 backfill paused'],
    [{ paused: 2 }, '2 backfills paused'],
    [{ failed: 2, completed: 0 }, '2 backfills failed'],
    [{}, ''],
  ];
  for (const [given, expected] of counts) {
    it(`formats ${JSON.stringify(given)} as "${expected}"`, () => {
      assert.equal(formatBackfillCounts(given), expected);
    });
  }
});

describe('createBadge', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  it('returns a badge only if there are stalled or failed backfills', () => {
    assert.deepEqual(createBadge(1, 2), { value: 3, tooltip: '1 backfill stalled, 2 failed' });
    assert.equal(createBadge(0, 0), undefined);
  });
});
