import assert from 'node:assert/strict';
import { findSinkInYaml, findTablesInYaml } from '../../../src/yaml/searchYaml.ts';
import { createSinkFile, readSample } from './yamlSamples.ts';

const findTables = (...lines: string[]): string[] => findTablesInYaml(createSinkFile(...lines), 'orders');

describe('findTablesInYaml', () => {
  const expected: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
    'all-destinations.yml': {
      'orders-webhook': ['public.orders'],
      'orders-kafka': ['public.orders'],
      'orders-sqs': ['public.orders'],
      'customers-typesense': ['public.customers'],
      'customers-meilisearch': ['public.customers'],
      'everything-elasticsearch': [],
      bench: [],
      shop: [],
    },
    'change-retention.yml': { 'order-history-stream': [], 'order-history': [] },
    'functions-and-endpoints.yml': {
      'orders-to-partner': ['public.orders'],
      'scratch-orders': [],
      'tables-to-topics': [],
      'invoices-stream': ['sales.invoices'],
      'invoice-total': [],
    },
    'partial-backfills.yml': {
      'orders-full': ['public.orders'],
      'sales-full': [],
      'orders-from-now': ['public.orders'],
      'orders-since-january': ['public.customers', 'public.orders', 'sales.invoices'],
      'invoices-since': ['sales.invoices'],
      'customers-full': ['public.customers'],
      'legacy-orders': ['public.orders'],
    },
    'broken/backfill-no-start-position.yml': { orders: ['public.orders'] },
    'broken/enrichment-two-tables.yml': { orders: ['public.customers', 'public.orders'] },
    'broken/grouping-off-with-columns.yml': { orders: ['public.orders'] },
    'broken/source-include-and-exclude.yml': { orders: ['public.orders'] },
    'broken/yaml-indentation.yml': { orders: [] },
  };

  for (const [file, sinks] of Object.entries(expected)) {
    it(`finds the tables of ${file}`, () => {
      const found = Object.keys(sinks).map((name) => [name, findTablesInYaml(readSample(file), name)]);
      assert.deepEqual(Object.fromEntries(found), sinks);
    });
  }

  it('returns the tables in source, tables and initial_backfill, sorted and without duplicates', () => {
    assert.deepEqual(
      findTables(
        'source: { include_tables: [sales.c, public.b] }',
        'tables: [{ name: public.d }, { name: public.b }]',
        'initial_backfill: [{ table: public.a }, { table: sales.c }]',
      ),
      ['public.a', 'public.b', 'public.d', 'sales.c'],
    );
  });

  it('adds the schema public to names without a schema', () => {
    assert.deepEqual(
      findTables('source: { include_tables: [a, public.a, A] }', 'initial_backfill: [{ table: b }]'),
      ['public.A', 'public.a', 'public.b'],
    );
    assert.deepEqual(findTables('table: a'), ['public.a']);
  });

  it('omits excluded tables and schemas', () => {
    assert.deepEqual(
      findTables(
        'source: { exclude_tables: [a, sales.b], exclude_schemas: [audit] }',
        'tables: [{ name: public.a }, { name: sales.a }, { name: audit.a }]',
        'initial_backfill: [{ table: sales.b }, { table: b }]',
      ),
      ['public.b', 'sales.a'],
    );
  });

  it('uses the deprecated key "table" instead of "source"', () => {
    assert.deepEqual(findTables('table: a', 'source: { include_tables: [b], exclude_tables: [a] }'), [
      'public.a',
    ]);
  });

  it('ignores the tables of other sinks', () => {
    const text = `${createSinkFile('table: a')}  - name: other\n    table: orders\n`;
    assert.deepEqual(findTablesInYaml(text, 'orders'), ['public.a']);
    assert.deepEqual(findTablesInYaml(text, 'other'), ['public.orders']);
    assert.deepEqual(findTablesInYaml(text, 'a'), []);
    assert.deepEqual(findTablesInYaml(text, 'Orders'), []);
    assert.deepEqual(findTablesInYaml(text, ''), []);
  });

  it('uses the last of two sinks with the same name', () => {
    assert.deepEqual(
      findTablesInYaml(`${createSinkFile('table: a')}  - name: orders\n    table: b\n`, 'orders'),
      ['public.b'],
    );
  });
});

describe('findTablesInYaml with YAML features', () => {
  it('ignores names with variables, but reads the other names', () => {
    assert.deepEqual(
      findTables(
        'source:',
        '  include_tables:',
        '    - ${SCHEMA:-public}.a',
        '    - "${TABLE}"',
        '    - $TABLE',
        '    - b',
        'batch_size: ${SIZE}',
      ),
      ['public.b'],
    );
    assert.deepEqual(findTables('source: { include_tables: [${TABLE}, b] }', 'table: c'), ['public.c']);
    assert.deepEqual(findTablesInYaml('sinks: [{ name: "${ENV}-orders", table: a }]', 'orders'), []);
  });

  it('resolves aliases of names, lists, maps and sinks', () => {
    const text = `
name: &name orders
table: &table sales.a
tables: &tables [*table, b]
source: &source
  include_tables: *tables
all: &all
  - name: *name
    source: *source
    initial_backfill: [{ table: *table }, { table: c }]
sinks: *all
`;
    assert.deepEqual(findTablesInYaml(text, 'orders'), ['public.b', 'public.c', 'sales.a']);
  });

  it('resolves an alias to the nearest preceding anchor', () => {
    const text = `a: &t a\nb: &t b\n${createSinkFile('table: *t')}c: &t c\n`;
    assert.deepEqual(findTablesInYaml(text, 'orders'), ['public.b']);
  });

  it('ignores aliases without an anchor, but reads the other values', () => {
    assert.deepEqual(findTables('source: { include_tables: [*nothing, a, *later] }', 'later: &later b'), [
      'public.a',
    ]);
    assert.deepEqual(findTables('<<: *nothing', 'table: a'), ['public.a']);
  });

  it('ignores merge keys whose value isn’t a map, but reads the other keys', () => {
    for (const value of ['', '1', 'b', '&b b']) {
      assert.deepEqual(findTables(`<<: ${value}`, 'table: a'), ['public.a'], value);
    }
    assert.deepEqual(findTables('database: &name shop', '<<: *name', 'table: a', '<<'), ['public.a']);
  });

  it('resolves merge keys: a key of the map itself overrides merged keys, and the first of several merged maps wins', () => {
    const text = `
base: &base
  database: shop
  source: { include_tables: [a] }
  initial_backfill: [{ table: b }]
old: &old
  <<: *base
  initial_backfill: true
  tables: [{ name: c }]
sinks:
  - name: one
    <<: *base
  - { <<: *base, name: two, source: { include_tables: [d] } }
  - source: { include_tables: [d] }
    name: three
    <<: [*old, *base]
  - name: four
    <<: [*base, *old]
  - name: five
    <<: { <<: *old, tables: [{ <<: { name: e } }] }
`;
    assert.deepEqual(findTablesInYaml(text, 'one'), ['public.a', 'public.b']);
    assert.deepEqual(findTablesInYaml(text, 'two'), ['public.b', 'public.d']);
    assert.deepEqual(findTablesInYaml(text, 'three'), ['public.c', 'public.d']);
    assert.deepEqual(findTablesInYaml(text, 'four'), ['public.a', 'public.b', 'public.c']);
    assert.deepEqual(findTablesInYaml(text, 'five'), ['public.a', 'public.e']);
    assert.deepEqual(findTablesInYaml(`%YAML 1.1\n---${text}`, 'one'), ['public.a', 'public.b']);
  });

  it('accepts a map that merges itself', () => {
    assert.deepEqual(findTablesInYaml('sinks:\n  - &self { name: orders, table: a, <<: *self }', 'orders'), [
      'public.a',
    ]);
  });

  it('uses the first of duplicate keys', () => {
    assert.deepEqual(findTables('table: a', 'table: b'), ['public.a']);
    const text = createSinkFile('table: a', 'name: orders-2');
    assert.deepEqual(findTablesInYaml(text, 'orders'), ['public.a']);
    assert.deepEqual(findTablesInYaml(text, 'orders-2'), []);
    assert.deepEqual(findTablesInYaml(`${createSinkFile('table: a')}sinks: []\n`, 'orders'), ['public.a']);
  });

  it('reads only the first of several documents', () => {
    const [a, b] = [createSinkFile('table: a'), createSinkFile('table: b')];
    assert.deepEqual(findTablesInYaml(`---\n${a}---\n${b}`, 'orders'), ['public.a']);
    assert.deepEqual(findTablesInYaml(`${a}...\n${b}`, 'orders'), ['public.a']);
    assert.deepEqual(findTablesInYaml(`---\n---\n${b}`, 'orders'), []);
  });

  it('accepts a byte order mark, Windows line breaks and JSON', () => {
    assert.deepEqual(
      findTablesInYaml(`\uFEFF${createSinkFile('table: a').replaceAll('\n', '\r\n')}`, 'orders'),
      ['public.a'],
    );
    assert.deepEqual(
      findTablesInYaml(JSON.stringify({ sinks: [{ name: 'orders', table: 'a' }] }, null, '\t'), 'orders'),
      ['public.a'],
    );
  });
});

describe('findTablesInYaml with invalid files', function () {
  this.timeout(0);
  const wrongValues = ['', 'null', 'true', '1', '[]', '{}', '[1, null, [a], { a: b }]', '{ a: [b] }'];

  it('ignores values of a wrong type, but reads the other values', () => {
    for (const value of wrongValues) {
      for (const key of ['source', 'tables', 'initial_backfill', 'schema', 'database', 'destination']) {
        const rest = key === 'source' ? 'tables: [{ name: a }]' : 'source: { include_tables: [a] }';
        assert.deepEqual(findTables(`${key}: ${value}`, rest), ['public.a'], `${key}: ${value}`);
      }
      for (const source of [
        `include_tables: [${value}, a]`,
        `include_tables: [a], exclude_tables: ${value}, exclude_schemas: [${value}]`,
      ]) {
        assert.deepEqual(findTables(`source: { ${source} }`), ['public.a'], source);
      }
      assert.deepEqual(
        findTables(`tables: [{ name: ${value} }, ${value}, { name: a }]`),
        ['public.a'],
        value,
      );
      assert.deepEqual(findTablesInYaml(`sinks: ${value} # orders`, 'orders'), [], value);
      assert.deepEqual(findTablesInYaml(`${value} # orders`, 'orders'), [], value);
      const others = `sinks:\n  - ${value}\n  - name: ${value}\n`;
      assert.deepEqual(
        findTablesInYaml(`${others}  - { name: orders, table: a }`, 'orders'),
        ['public.a'],
        value,
      );
    }
  });

  it('ignores incomplete names', () => {
    assert.deepEqual(
      findTables("source: { include_tables: ['', public., .a, a] }", 'tables: [{ name: . }]'),
      ['public.a'],
    );
  });

  it('finds nothing in a sink with wrong indentation', () => {
    const text = 'sinks:\n  - name: orders\n   table: a\n    source: { include_tables: [b] }\n';
    assert.deepEqual(findTablesInYaml(text, 'orders'), []);
  });

  it('finds the tables before an incomplete line', () => {
    for (const line of ['sta', 'source: { include_tables: [b', 'annotations: "b', 'status: - b', '\t- {']) {
      const text = `${createSinkFile('table: a', line)}  - name: other\n    table: b\n`;
      assert.deepEqual(findTablesInYaml(text, 'orders'), ['public.a'], line);
    }
  });

  it('never throws for a truncated file, or for a file with a missing part', () => {
    // The rest of the larger sample repeats the syntax of its beginning.
    for (const text of [
      readSample('all-destinations.yml').slice(0, 2_200),
      readSample('partial-backfills.yml'),
    ]) {
      for (let index = 0; index < text.length; index += 11) {
        const head = text.slice(0, index);
        for (const part of [head, text.slice(index), head + text.slice(index + 9)]) {
          findTablesInYaml(part, 'orders');
        }
      }
    }
  });
});

describe('findSinkInYaml', () => {
  const text = 'functions: [{ name: a }]\nsinks: [{ name: a }, { name: b }, { name: a }]';

  it('finds the last of two sinks with the same name, because Sequin uses the last sink', () => {
    const start = text.lastIndexOf('a');
    assert.deepEqual(findSinkInYaml(text, 'a'), { start, end: start + 1 });
  });

  it('doesn’t find a function with the same name', () => {
    assert.equal(findSinkInYaml('functions: [{ name: a }]', 'a'), undefined);
  });
});
