import assert from 'node:assert/strict';
import type { Source } from '../../../src/model/Sink.ts';
import {
  listKnownTables,
  findOnlyTable,
  qualifyTableName,
  includesTable,
} from '../../../src/model/tables.ts';
import { createBackfill } from '../../emulator/controllers.ts';
import type { BackfillJson } from '../../emulator/sequinTypes.ts';
import { World } from '../../emulator/World.ts';
import { read, readRecording, recordingNames } from '../../recordings/recordings.ts';
import { backfill, now, sink } from '../samples.ts';

const all: Source = { includeSchemas: null, excludeSchemas: null, includeTables: null, excludeTables: null };

/** Tables of two schemas, one of which begins as the other does, and a name with a dot in it. */
const tables = ['a.t', 'a.u', 'ab.t', 'a.t.u', 'A.t'];

/** Every source that names none, one or two schemas and tables, or none at all. */
const sources: readonly Source[] = (() => {
  const schemas = [null, [], ['a'], ['a', 'ab']];
  const names = [null, [], ['a.t'], ['a.t', 'ab.t'], ['a.t.u']];
  return schemas.flatMap((includeSchemas) =>
    schemas.flatMap((excludeSchemas) =>
      names.flatMap((includeTables) =>
        names.map((excludeTables) => ({ includeSchemas, excludeSchemas, includeTables, excludeTables })),
      ),
    ),
  );
})();

/** What the server answers to a start in a sink of that source, of a table or without naming one. */
function answerTo(source: Source | null, table?: string): { status: number; table?: string | null } {
  const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
  const list = (names: readonly string[] | null) => (names === null ? null : [...names]);
  for (const name of tables) {
    world.addTable(name);
  }
  world.addSink({
    name: 'orders',
    source: source && {
      include_schemas: list(source.includeSchemas),
      exclude_schemas: list(source.excludeSchemas),
      include_tables: list(source.includeTables),
      exclude_tables: list(source.excludeTables),
    },
  });
  const { status, body } = createBackfill(world, 'orders', table === undefined ? {} : { table });
  return { status, ...(status === 200 && { table: (JSON.parse(body) as BackfillJson).table }) };
}

describe('a table that a sink takes', () => {
  it('is one that the server takes, whatever the source says', () => {
    for (const source of [null, ...sources]) {
      for (const table of tables) {
        const { status } = answerTo(source, table);
        assert.equal(includesTable(source, table), status === 200, `${JSON.stringify(source)} ${table}`);
      }
    }
  });

  it('need not be named where the server needs no name', () => {
    for (const source of [null, ...sources]) {
      const { table } = answerTo(source);
      assert.equal(findOnlyTable(sink({ source })), table, JSON.stringify(source));
    }
  });

  it('is named by its schema and its name, as in every recorded start', () => {
    const starts = recordingNames()
      .filter((name) => 'request' in (read(name) as object))
      .map(readRecording)
      .filter(({ request, response }) => request.method === 'POST' && response.status === 200)
      .flatMap(({ request, response }) => {
        const { table } = (request.body ?? {}) as { table?: unknown };
        return typeof table === 'string' ? [[table, (response.body as BackfillJson).table] as const] : [];
      });
    assert.ok(starts.some(([asked]) => !asked.includes('.')));
    for (const [asked, answered] of starts) {
      assert.equal(qualifyTableName(asked), answered);
    }
  });
});

describe('the tables that are known of a sink', () => {
  const names = (...given: Parameters<typeof listKnownTables>): string[] =>
    listKnownTables(...given).map(({ name }) => name);

  it('come from all who name some, each once and by name', () => {
    const given = sink({ source: all, tables: ['public.c', 'public.a'] });
    const past = [backfill({ table: 'public.d' }), backfill({ table: 'public.a' })];
    assert.deepEqual(names(given, past, ['public.b', 'public.c', 'Public.z']), [
      'Public.z',
      'public.a',
      'public.b',
      'public.c',
      'public.d',
    ]);
    assert.deepEqual(names(sink({ source: { ...all, includeTables: ['public.b', 'public.a'] } }), []), [
      'public.a',
      'public.b',
    ]);
  });

  it('are in one order, whatever order they are told in', () => {
    const given = sink({ source: null });
    const past = ['public.b', 'public.a', 'public.c'].map((table) => backfill({ table, id: table }));
    assert.deepEqual(listKnownTables(given, past), listKnownTables(given, past.toReversed()));
  });

  it('are those that it takes', () => {
    const more = ['public.a', 'public.b', 'other.c'];
    const past = [backfill({ table: 'public.d' })];
    const of = (source: Partial<Source>) => names(sink({ source: { ...all, ...source } }), past, more);
    assert.deepEqual(of({}), ['other.c', 'public.a', 'public.b', 'public.d']);
    assert.deepEqual(of({ includeTables: ['public.a'] }), ['public.a']);
    assert.deepEqual(of({ excludeTables: ['public.d'] }), ['other.c', 'public.a', 'public.b']);
    assert.deepEqual(of({ includeSchemas: ['other'] }), ['other.c']);
    assert.deepEqual(of({ excludeSchemas: ['public'] }), ['other.c']);
    assert.deepEqual(of({ includeTables: [] }), []);
  });

  it('have their latest backfill, by its start and then by its id', () => {
    const started = (id: string, table: string | null, secondsAgo: number, state = 'completed') =>
      backfill({ id, table, state, insertedAt: now - secondsAgo * 1000 });
    const past = [
      started('1', 'public.orders', 30),
      started('2', 'public.orders', 10, 'failed'),
      started('3', 'public.orders', 20, 'active'),
      started('4', 'public.items', 5),
      started('5', 'public.items', 5),
      started('6', null, 1),
    ];
    for (const told of [past, past.toReversed()]) {
      const known = listKnownTables(sink({ source: all, tables: ['public.new'] }), told);
      assert.deepEqual(
        known.map(({ name, latestBackfill }) => [name, latestBackfill?.id]),
        [
          ['public.items', '5'],
          ['public.new', undefined],
          ['public.orders', '2'],
        ],
      );
    }
  });

  it('are none where nobody names one', () => {
    assert.deepEqual(listKnownTables(sink({ source: null }), [backfill({ table: null })]), []);
  });

  it('leave what they were given as it was', () => {
    const past = Object.freeze([backfill({ id: '1', insertedAt: 1 }), backfill({ id: '2', insertedAt: 2 })]);
    listKnownTables(sink(), past, Object.freeze(['public.b', 'public.a']));
    assert.deepEqual(
      past.map(({ id }) => id),
      ['1', '2'],
    );
  });
});
