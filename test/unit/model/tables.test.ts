import assert from 'node:assert/strict';
import type { Source } from '../../../src/model/Sink.ts';
import {
  findOnlyTable,
  includesTable,
  listKnownTables,
  qualifyTableName,
} from '../../../src/model/tables.ts';
import { createBackfill } from '../../../src/sampleServer/backfillControllers.ts';
import type { BackfillJson } from '../../../src/sampleServer/sequinTypes.ts';
import { World } from '../../../src/sampleServer/World.ts';
import { listRecordings, read, readRecording } from '../../recordings/recordings.ts';
import { backfill, now, sink } from '../samples.ts';

const noFilter: Source = {
  includeSchemas: null,
  excludeSchemas: null,
  includeTables: null,
  excludeTables: null,
};

/**
 * Tables in three schemas. One schema is a prefix of another, one is in upper case, and one table has a dot in its
 * name.
 */
const tables = ['a.t', 'a.u', 'ab.t', 'a.t.u', 'A.t'];

/** Every combination of filters with zero, one or two schemas and tables. */
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

/** Requests a backfill, with or without a table, in a sink with the given source. Returns the server's response. */
function requestBackfill(source: Source | null, table?: string): { status: number; table?: string | null } {
  const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
  const list = (names: readonly string[] | null) => (names === null ? null : [...names]);
  for (const name of tables) {
    world.addTable(name);
  }
  const sink = world.addSink({
    source: source && {
      include_schemas: list(source.includeSchemas),
      exclude_schemas: list(source.excludeSchemas),
      include_tables: list(source.includeTables),
      exclude_tables: list(source.excludeTables),
    },
  });
  const { status, body } = createBackfill(world, sink, table === undefined ? {} : { table });
  return { status, ...(status === 200 && { table: (body as BackfillJson).table }) };
}

describe('the tables of a sink', () => {
  it('include a table if and only if the server accepts a backfill of the table', () => {
    for (const source of [null, ...sources]) {
      for (const table of tables) {
        const { status } = requestBackfill(source, table);
        assert.equal(includesTable(source, table), status === 200, `${JSON.stringify(source)} ${table}`);
      }
    }
  });

  it('don’t include a table without a schema if its name begins with the name of an included schema', () => {
    assert.equal(includesTable({ ...noFilter, includeSchemas: ['order'] }, 'orders'), false);
  });

  it('include exactly one table by name if and only if the server accepts a backfill without a table', () => {
    for (const source of [null, ...sources]) {
      const { table } = requestBackfill(source);
      assert.equal(findOnlyTable(sink({ source })), table, JSON.stringify(source));
    }
  });

  it('have the same qualified names as in the recorded responses', () => {
    const tablePairs = listRecordings()
      .filter((name) => 'request' in (read(name) as object))
      .map(readRecording)
      .filter(({ request, response }) => request.method === 'POST' && response.status === 200)
      .flatMap(({ request, response }) => {
        const { table } = (request.body ?? {}) as { table?: unknown };
        return typeof table === 'string' ? [[table, (response.body as BackfillJson).table] as const] : [];
      });
    assert.ok(tablePairs.some(([requested]) => !requested.includes('.')));
    for (const [requested, accepted] of tablePairs) {
      assert.equal(qualifyTableName(requested), accepted);
    }
  });
});

describe('listKnownTables', () => {
  const listNames = (...args: Parameters<typeof listKnownTables>): string[] =>
    listKnownTables(...args).map(({ name }) => name);

  it('returns each table of the sink, of its backfills and of the additional tables once, sorted by name', () => {
    const ordersSink = sink({ source: noFilter, tables: ['public.c', 'public.a'] });
    const backfills = [backfill({ table: 'public.d' }), backfill({ table: 'public.a' })];
    assert.deepEqual(listNames(ordersSink, backfills, ['public.b', 'public.c', 'Public.z']), [
      'Public.z',
      'public.a',
      'public.b',
      'public.c',
      'public.d',
    ]);
    assert.deepEqual(
      listNames(sink({ source: { ...noFilter, includeTables: ['public.b', 'public.a'] } }), []),
      ['public.a', 'public.b'],
    );
  });

  it('doesn’t depend on the order of the backfills', () => {
    const ordersSink = sink({ source: null });
    const backfills = ['public.b', 'public.a', 'public.c'].map((table) => backfill({ table, id: table }));
    assert.deepEqual(
      listKnownTables(ordersSink, backfills),
      listKnownTables(ordersSink, backfills.toReversed()),
    );
  });

  it('leaves out tables that the sink excludes', () => {
    const additionalTables = ['public.a', 'public.b', 'other.c'];
    const backfills = [backfill({ table: 'public.d' })];
    const listNamesWithSource = (source: Partial<Source>) =>
      listNames(sink({ source: { ...noFilter, ...source } }), backfills, additionalTables);
    assert.deepEqual(listNamesWithSource({}), ['other.c', 'public.a', 'public.b', 'public.d']);
    assert.deepEqual(listNamesWithSource({ includeTables: ['public.a'] }), ['public.a']);
    assert.deepEqual(listNamesWithSource({ excludeTables: ['public.d'] }), [
      'other.c',
      'public.a',
      'public.b',
    ]);
    assert.deepEqual(listNamesWithSource({ includeSchemas: ['other'] }), ['other.c']);
    assert.deepEqual(listNamesWithSource({ excludeSchemas: ['public'] }), ['other.c']);
    assert.deepEqual(listNamesWithSource({ includeTables: [] }), []);
  });

  it('returns the latest backfill of each table, and the one with the highest id if several started at the same time', () => {
    const started = (id: string, table: string | null, secondsAgo: number, state = 'completed') =>
      backfill({ id, table, state, insertedAt: now - secondsAgo * 1000 });
    const shuffled = [
      started('1', 'public.orders', 30),
      started('2', 'public.orders', 10, 'failed'),
      started('3', 'public.orders', 20, 'active'),
      started('4', 'public.items', 5),
      started('5', 'public.items', 5),
      started('6', null, 1),
    ];
    for (const backfills of [shuffled, shuffled.toReversed()]) {
      const known = listKnownTables(sink({ source: noFilter, tables: ['public.new'] }), backfills);
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

  it('returns no tables if none are known', () => {
    assert.deepEqual(listKnownTables(sink({ source: null }), [backfill({ table: null })]), []);
  });

  it('doesn’t modify its arguments', () => {
    const backfills = Object.freeze([
      backfill({ id: '1', insertedAt: 1 }),
      backfill({ id: '2', insertedAt: 2 }),
    ]);
    listKnownTables(sink(), backfills, Object.freeze(['public.b', 'public.a']));
    assert.deepEqual(
      backfills.map(({ id }) => id),
      ['1', '2'],
    );
  });
});
