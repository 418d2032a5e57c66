import assert from 'node:assert/strict';
import { formatBackfillName } from '../../../src/text/backfillName.ts';
import { backfill, sink } from '../samples.ts';

describe('formatBackfillName', () => {
  it('names a backfill by its table, and its sink if known', () => {
    assert.equal(formatBackfillName(backfill(), sink()), 'public.orders → orders-kafka');
    assert.equal(formatBackfillName(backfill({ table: null }), undefined), '(dropped table)');
  });
});
