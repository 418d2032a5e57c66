import assert from 'node:assert/strict';
import { getRereadRows } from '../../../../src/model/progress/ProgressTrack.ts';
import { backfill } from '../../samples.ts';
import { BackfillObserver } from './BackfillObserver.ts';

describe('getRereadRows', () => {
  it('returns a whole number even if the number of reread rows in the track is a fraction', () => {
    const { track } = new BackfillObserver().observe();
    const observed = track && { ...track, rereadRows: 33_444.444 };
    assert.equal(getRereadRows(backfill({ rowsInitial: 100_000, rowsProcessed: 50_000 }), observed), 33_444);
  });

  it('returns at least the number of rows by which the backfill exceeds its row count', () => {
    assert.equal(
      getRereadRows(backfill({ rowsInitial: 200_000, rowsProcessed: 229_600 }), undefined),
      29_600,
    );
  });
});
