import assert from 'node:assert/strict';
import { getRereadRows } from '../../../../src/model/progress/rereadRows.ts';
import { backfill } from '../../samples.ts';
import { BackfillObserver } from './BackfillObserver.ts';

describe('getRereadRows', () => {
  it('is a whole number when the interrupted page is known as an average only', () => {
    const { track } = new BackfillObserver().observe();
    const observed = track && { ...track, rereadRows: 33_444.444 };
    assert.equal(getRereadRows(backfill({ rowsInitial: 100_000, rowsProcessed: 50_000 }), observed), 33_444);
  });

  it('is at least what exceeds the count', () => {
    assert.equal(
      getRereadRows(backfill({ rowsInitial: 200_000, rowsProcessed: 229_600 }), undefined),
      29_600,
    );
  });
});
