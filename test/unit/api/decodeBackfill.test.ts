import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { decodeBackfill } from '../../../src/api/decodeBackfill.ts';
import { decodeList } from '../../../src/api/decodeList.ts';
import { parseLosslessJson } from '../../../src/api/parseLosslessJson.ts';
import { ShapeError } from '../../../src/api/schema.ts';

describe('decodeBackfill', () => {
  const raw = {
    id: 'b',
    table: 'public.orders',
    state: 'active',
    inserted_at: '2026-11-23T13:48:53Z',
    updated_at: '2026-11-23T13:48:54Z',
    completed_at: null,
    rows_processed_count: 1,
    rows_initial_count: null,
    rows_ingested_count: 1,
    canceled_at: '2026-11-23T13:48:55.000000Z',
    sink_consumer: 'orders',
    sort_column: null,
  };

  it('parses timestamps with and without fractions of a second', () => {
    const decoded = decodeBackfill('s', raw);
    assert.equal(decoded.insertedAt, Date.UTC(2026, 10, 23, 13, 48, 53));
    assert.equal(decoded.canceledAt, Date.UTC(2026, 10, 23, 13, 48, 55));
  });

  it('keeps an unknown state', () => {
    assert.equal(decodeBackfill('s', { ...raw, state: 'rewinding' }).state, 'rewinding');
  });

  it('keeps the exact value of a count beyond 2^53', () => {
    const text = JSON.stringify(raw).replace(
      '"rows_processed_count":1',
      '"rows_processed_count":9007199254740993',
    );
    assert.equal(decodeBackfill('s', parseLosslessJson(text)).rowsProcessed, 9007199254740993n);
  });

  for (const [field, value] of [
    ['rows_processed_count', null],
    ['rows_processed_count', -1],
    ['rows_processed_count', 1.5],
    ['rows_processed_count', 2n ** 63n],
    ['state', 5],
    ['id', ''],
    ['id', '..'],
    ['id', 'sink/backfill'],
    ['id', '~databases'],
    ['id', '\ud800'],
  ] as const) {
    it(`rejects a backfill whose ${field} is ${inspect(value)} and names the field`, () => {
      assert.throws(
        () => decodeBackfill('s', { ...raw, [field]: value }),
        (error: Error) => error instanceof ShapeError && error.message.startsWith(field),
      );
    });
  }

  it('replaces an invalid start time with the update time and vice versa, but rejects a backfill if both are invalid', () => {
    const insertedAt = Date.parse(raw.inserted_at);
    const updatedAt = Date.parse(raw.updated_at);
    for (const odd of ['yesterday', 5, '+275760-09-13T00:00:00Z', '-000001-01-01T00:00:00Z', undefined]) {
      assert.equal(decodeBackfill('s', { ...raw, inserted_at: odd }).insertedAt, updatedAt);
      assert.equal(decodeBackfill('s', { ...raw, updated_at: odd }).updatedAt, insertedAt);
      assert.throws(() => decodeBackfill('s', { ...raw, inserted_at: odd, updated_at: odd }), ShapeError);
    }
  });

  it('ignores an optional count that is too large', () => {
    for (const digits of ['9223372036854775808', '1'.repeat(5_000), '1'.repeat(1_000_000), '1e999']) {
      const text = JSON.stringify(raw).replace(
        /"(rows_initial|rows_ingested)_count":\w+/g,
        `"$1_count":${digits}`,
      );
      const { rowsInitial, rowsIngested } = decodeBackfill('s', parseLosslessJson(text));
      assert.deepEqual([rowsInitial, rowsIngested], [null, 1]);
    }
  });

  it('skips and counts the invalid items of a list, and keeps the valid items', () => {
    const problems: string[] = [];
    const listing = decodeList(
      { data: [raw, { ...raw, state: null }, raw, 7] },
      'backfill',
      (itemType, problem) => {
        problems.push(`${itemType} ${problem}`);
      },
      (item) => decodeBackfill('s', item),
    );
    assert.equal(listing.items.length, 2);
    assert.equal(listing.skipped, 2);
    assert.equal(problems.length, 2);
  });
});
