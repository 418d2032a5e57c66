import assert from 'node:assert/strict';
import { decodeBackfill } from '../../../src/api/decodeBackfill.ts';
import { decodeList } from '../../../src/api/decodeList.ts';
import { decodeSink } from '../../../src/api/decodeSink.ts';
import { parseLosslessJson } from '../../../src/api/parseLosslessJson.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { setLocale } from '../../../src/text/format.ts';
import { listRecordings, read } from '../../recordings/recordings.ts';
import { assertReadable, renderViews } from '../renderViews.ts';
import { fieldsOf, isObject, type Json, replaceField } from '../replaceField.ts';
import { now } from '../samples.ts';

/** JSON texts that replace the value of a field. */
const oddValues: readonly string[] = [
  ...['null', 'true', '0', '-1', '1.5', '-0', '1e999', '-1e999', '9007199254740993', '9223372036854775808'],
  ...['1'.repeat(5_000), `-${'1'.repeat(5_000)}`, `1.${'1'.repeat(5_000)}`],
  ...['""', '"x"', '"\\ud800"', '"\\udc00\\ud800"', '"__proto__"', '"constructor"', '"toString"', '".."'],
  // The latest and the earliest time that JavaScript supports (±8.64e15 ms), and a time 1 s after the latest one.
  ...['"+275760-09-13T00:00:00Z"', '"-271821-04-20T00:00:00Z"', '"+275760-09-13T00:00:01Z"'],
  ...['"-000001-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"', '"1969-12-31T23:59:59Z"'],
  ...['[]', '{}', '[null]', '[[]]', '[{}]', '["x"]', '[{"name":null}]', '[{"id":null}]'],
  ...['{"__proto__":{"type":"x"}}', '{"type":"__proto__"}', '{"toString":null}', '{"length":-1}'],
];

/** The fields that must be valid: without one of them, views can't show the sink or the backfill. */
const requiredFields = {
  sink: [/^id$/, /^status$/],
  backfill: [/^id$/, /^state$/, /^rows_processed_count$/],
};

/** Collects the wanted objects in all recordings; one object for each set of fields. */
function collectRecorded(isWanted: (json: Json) => boolean): readonly Json[] {
  const byShape = new Map<string, Json>();
  const collect = (json: unknown): void => {
    if (!isObject(json)) {
      return;
    }
    if (isWanted(json)) {
      const shape = [...fieldsOf(json)].map((path) => path.join('.'));
      byShape.set(shape.sort().join(), json);
    }
    Object.values(json).forEach(collect);
  };
  for (const name of listRecordings()) {
    const recording = read(name) as { response?: { status: number; body?: unknown }; samples?: unknown };
    collect(recording.response?.status === 200 ? recording.response.body : recording.samples);
  }
  return [...byShape.values()];
}

const sinks = collectRecorded((json) => 'destination' in json);
const backfills = collectRecorded((json) => 'rows_processed_count' in json);

/**
 * Creates every variant of the recorded objects with one odd value. If several objects have the same field, only the
 * first object is varied.
 */
function* createVariants(
  recorded: readonly Json[],
): Generator<{ field: string; odd: string; json: unknown }> {
  const varied = new Set<string>();
  for (const json of recorded) {
    for (const path of fieldsOf(json)) {
      const field = path.join('.');
      const kind = field.replace(/\d+/g, '*');
      if (varied.has(kind)) {
        continue;
      }
      varied.add(kind);
      yield { field, odd: 'missing', json: replaceField(json, path, undefined) };
      for (const odd of oddValues) {
        const text = JSON.stringify(replaceField(json, path, '{odd}')).replace('"{odd}"', () => odd);
        yield { field, odd, json: parseLosslessJson(text) };
      }
    }
  }
}

describe('decodeList with one odd value in the list', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const others = [0, 1].map((index) => ({ ...sinks[0], id: `other${index}`, active_backfills: [] }));

  it('never skips the other sinks, and skips the sink with the odd value only if that value is the id or the status', () => {
    let variantCount = 0;
    for (const { field, odd, json } of createVariants(sinks)) {
      const problems: string[] = [];
      const onItemSkipped = (itemType: string, problem: string): void => {
        problems.push(`${itemType} ${problem}`);
      };
      const message = `${field}: ${odd.slice(0, 50)}`;
      const listing = decodeList({ data: [others[0], json, others[1]] }, 'sink', onItemSkipped, (item) =>
        decodeSink(item, onItemSkipped),
      );
      const isRequired = requiredFields.sink.some((pattern) => pattern.test(field));
      const ids = listing.items.map(({ sink }) => sink.id);
      assert.ok(ids.includes('other0') && ids.includes('other1'), message);
      assert.ok(listing.skipped === 0 || (isRequired && listing.skipped === 1), message);
      const skippedBackfills = listing.items[1]?.skippedBackfills ?? 0;
      assert.equal(problems.length, listing.skipped + skippedBackfills, message);
      const store = new SnapshotStore();
      store.applySinks({ ...listing, serverTime: undefined }, now);
      assertReadable(renderViews(store.snapshot), message);
      variantCount += 1;
    }
    console.log(`      ${variantCount} variants of ${sinks.length} recorded sinks`);
  });

  it('never skips the other backfills, and skips the backfill with the odd value only if that value is the id, the state or the count', () => {
    let variantCount = 0;
    for (const { field, odd, json } of createVariants(backfills)) {
      const problems: string[] = [];
      const message = `${field}: ${odd.slice(0, 50)}`;
      const listing = decodeList(
        { data: [{ ...backfills[0], id: 'other' }, json] },
        'backfill',
        (_itemType, problem) => problems.push(problem),
        (item) => decodeBackfill('other0', item),
      );
      const isRequired = requiredFields.backfill.some((pattern) => pattern.test(field));
      assert.equal(listing.items[0]?.id, 'other', message);
      assert.ok(listing.skipped === 0 || (isRequired && listing.skipped === 1), message);
      assert.equal(problems.length, listing.skipped, message);
      const store = new SnapshotStore();
      const { sink } = decodeSink(others[0], () => undefined);
      store.applySinks(
        { items: [{ sink, unfinishedBackfills: [] }], skipped: 0, serverTime: undefined },
        now,
      );
      store.applyBackfillList('other0', listing.items, now);
      store.applyBackfillList('other0', listing.items, now + 2_000);
      assertReadable(renderViews(store.snapshot), message);
      variantCount += 1;
    }
    console.log(`      ${variantCount} variants of ${backfills.length} recorded backfills`);
  });
});
