import assert from 'node:assert/strict';
import { formatBackfillName } from '../../../src/text/backfillName.ts';
import { backfill, sink } from '../samples.ts';

describe('formatBackfillName', () => {
  it('names a backfill after its table, or the last known name of a dropped one, and its sink if known', () => {
    assert.equal(formatBackfillName(backfill(), sink()), 'public.orders → orders-kafka');
    assert.equal(formatBackfillName(backfill({ table: null }), undefined), '(dropped table)');
    assert.equal(
      formatBackfillName({ table: null, droppedTable: 'public.orders' }, undefined),
      'public.orders (dropped)',
    );
  });
});
