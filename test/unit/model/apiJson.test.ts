import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decodeBackfill } from '../../../src/api/decodeBackfill.ts';
import { parseLosslessJson } from '../../../src/api/parseLosslessJson.ts';
import { formatBackfillJson, formatBackfillsJson, toApiJson } from '../../../src/model/apiJson.ts';
import { listRecordings } from '../../recordings/recordings.ts';
import { backfill } from '../samples.ts';

interface RecordedBackfill {
  readonly id: string;
  readonly sink_consumer: string;
}

/** Finds every backfill in a recording, at any depth. */
function* findBackfills(json: unknown): Generator<RecordedBackfill> {
  if (typeof json === 'object' && json !== null) {
    if ('id' in json && 'rows_processed_count' in json) {
      yield json as unknown as RecordedBackfill;
    }
    for (const inner of Object.values(json)) {
      yield* findBackfills(inner);
    }
  }
}

const folder = new URL('../../recordings/', import.meta.url);
const recorded = listRecordings().flatMap((name) =>
  [...findBackfills(parseLosslessJson(readFileSync(new URL(`${name}.json`, folder), 'utf8')))].map(
    (json): [string, RecordedBackfill] => [name, json],
  ),
);

describe('the JSON of a backfill', () => {
  it('equals the server’s JSON of every recorded backfill', () => {
    assert.ok(recorded.length > 1000, `only ${String(recorded.length)} backfills`);
    for (const [name, json] of recorded) {
      const decoded = decodeBackfill('sink', json);
      assert.deepEqual(toApiJson(decoded, json.sink_consumer), json, name);
      const read = parseLosslessJson(formatBackfillJson(decoded, json.sink_consumer));
      assert.deepEqual(read, json, name);
      // deepEqual ignores the order of the keys.
      assert.deepEqual(Object.keys(read as object), Object.keys(json), name);
    }
  });

  it('has exact row counts, even beyond 2^53', () => {
    const huge = backfill({ rowsInitial: 9_223_372_036_854_775_807n, rowsProcessed: 2n ** 53n + 1n });
    const text = formatBackfillJson(huge, 'orders');
    assert.match(text, /"rows_processed_count": 9007199254740993,/);
    assert.deepEqual(parseLosslessJson(text), toApiJson(huge, 'orders'));
    assert.deepEqual(decodeBackfill(huge.sinkId, parseLosslessJson(text)), huge);
  });

  it('has times with fractions of a second', () => {
    const at = Date.parse('2026-11-23T13:48:53.123Z');
    const json = toApiJson(backfill({ insertedAt: at, completedAt: at }), 'orders');
    assert.equal(json['inserted_at'], '2026-11-23T13:48:53.123Z');
    assert.equal(json['completed_at'], '2026-11-23T13:48:53.123000Z');
  });

  it('is indented by two spaces', () => {
    assert.match(formatBackfillJson(backfill(), 'orders'), /^{\n {2}"id": "[^"]+",\n/);
  });

  it('is an item of the `data` array in the JSON of a sink’s backfills', () => {
    const [one, two] = [backfill({ id: '1' }), backfill({ id: '2' })];
    assert.deepEqual(JSON.parse(formatBackfillsJson([two, one], 'orders')), {
      data: [toApiJson(two, 'orders'), toApiJson(one, 'orders')],
    });
    assert.equal(formatBackfillsJson([], 'orders'), '{\n  "data": []\n}');
  });
});
