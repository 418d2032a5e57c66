import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseLosslessJson } from '../../../src/api/parseLosslessJson.ts';
import { decodeBackfill } from '../../../src/api/schemas.ts';
import { formatBackfillJson, formatHistoryJson, toApiJson } from '../../../src/model/apiJson.ts';
import { recordingNames } from '../../recordings/recordings.ts';
import { backfill } from '../samples.ts';

interface Recorded {
  readonly id: string;
  readonly sink_consumer: string;
}

/** Every backfill in a recording, wherever it is in it. */
function* backfillsIn(json: unknown): Generator<Recorded> {
  if (typeof json === 'object' && json !== null) {
    if ('id' in json && 'rows_processed_count' in json) {
      yield json as unknown as Recorded;
    }
    for (const inner of Object.values(json)) {
      yield* backfillsIn(inner);
    }
  }
}

const folder = new URL('../../recordings/', import.meta.url);
const recorded = recordingNames().flatMap((name) =>
  [...backfillsIn(parseLosslessJson(readFileSync(new URL(`${name}.json`, folder), 'utf8')))].map(
    (json): [string, Recorded] => [name, json],
  ),
);

describe('a backfill in the form of the API', () => {
  it('is what a real server answered, for all that was recorded', () => {
    assert.ok(recorded.length > 1000, `only ${String(recorded.length)} backfills`);
    for (const [name, json] of recorded) {
      const decoded = decodeBackfill('sink', json);
      assert.deepEqual(toApiJson(decoded, json.sink_consumer), json, name);
      const read = parseLosslessJson(formatBackfillJson(decoded, json.sink_consumer));
      assert.deepEqual(read, json, name);
      // Of another order, they would be equal all the same.
      assert.deepEqual(Object.keys(read as object), Object.keys(json), name);
    }
  });

  it('has its counts as exact numbers', () => {
    const huge = backfill({ rowsInitial: 9_223_372_036_854_775_807n, rowsProcessed: 2n ** 53n + 1n });
    const text = formatBackfillJson(huge, 'orders');
    assert.match(text, /"rows_processed_count": 9007199254740993,/);
    assert.deepEqual(parseLosslessJson(text), toApiJson(huge, 'orders'));
    assert.deepEqual(decodeBackfill(huge.sinkId, parseLosslessJson(text)), huge);
  });

  it('keeps what a server tells of a time beyond the second', () => {
    const at = Date.parse('2026-11-23T13:48:53.123Z');
    const json = toApiJson(backfill({ insertedAt: at, completedAt: at }), 'orders');
    assert.equal(json['inserted_at'], '2026-11-23T13:48:53.123Z');
    assert.equal(json['completed_at'], '2026-11-23T13:48:53.123000Z');
  });

  it('is indented by two spaces', () => {
    assert.match(formatBackfillJson(backfill(), 'orders'), /^{\n {2}"id": "[^"]+",\n/);
  });

  it('stands in a list where there are many', () => {
    const [one, two] = [backfill({ id: '1' }), backfill({ id: '2' })];
    assert.deepEqual(JSON.parse(formatHistoryJson([two, one], 'orders')), {
      data: [toApiJson(two, 'orders'), toApiJson(one, 'orders')],
    });
    assert.equal(formatHistoryJson([], 'orders'), '{\n  "data": []\n}');
  });
});
