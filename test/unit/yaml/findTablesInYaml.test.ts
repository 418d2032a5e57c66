import assert from 'node:assert/strict';
import { findTablesInYaml, maxYamlLength } from '../../../src/yaml/findTablesInYaml.ts';
import { aliasFreeYaml, aliasHeavyYaml, repeatUpTo } from './hostileYaml.ts';
import { readSample } from './yamlSamples.ts';

/** Creates a file with one sink, `orders`, which has these lines. */
const createSinkFile = (...lines: string[]): string =>
  ['sinks:', '  - name: orders', ...lines.map((line) => `    ${line}`), ''].join('\n');

const tables = (...lines: string[]): string[] => findTablesInYaml(createSinkFile(...lines), 'orders');

/** Repeats `part` up to `length` characters. */
const repeatToLength = (part: string, length: number): string =>
  part.repeat(Math.ceil(length / part.length)).slice(0, length);

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

  it('finds tables in source, tables and initial_backfill, sorted and without duplicates', () => {
    assert.deepEqual(
      tables(
        'source: { include_tables: [sales.c, public.b] }',
        'tables: [{ name: public.d }, { name: public.b }]',
        'initial_backfill: [{ table: public.a }, { table: sales.c }]',
      ),
      ['public.a', 'public.b', 'public.d', 'sales.c'],
    );
  });

  it('adds the schema public to names without a schema', () => {
    assert.deepEqual(
      tables('source: { include_tables: [a, public.a, A] }', 'initial_backfill: [{ table: b }]'),
      ['public.A', 'public.a', 'public.b'],
    );
    assert.deepEqual(tables('table: a'), ['public.a']);
  });

  it('omits excluded tables and schemas', () => {
    assert.deepEqual(
      tables(
        'source: { exclude_tables: [a, sales.b], exclude_schemas: [audit] }',
        'tables: [{ name: public.a }, { name: sales.a }, { name: audit.a }]',
        'initial_backfill: [{ table: sales.b }, { table: b }]',
      ),
      ['public.b', 'sales.a'],
    );
  });

  it('uses the deprecated key "table" instead of "source"', () => {
    assert.deepEqual(tables('table: a', 'source: { include_tables: [b], exclude_tables: [a] }'), [
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

describe('findTablesInYaml, YAML features', () => {
  it('ignores names with variables, but no others', () => {
    assert.deepEqual(
      tables(
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
    assert.deepEqual(tables('source: { include_tables: [${TABLE}, b] }', 'table: c'), ['public.c']);
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

  it('ignores aliases without an anchor, but no other values', () => {
    assert.deepEqual(tables('source: { include_tables: [*nothing, a, *later] }', 'later: &later b'), [
      'public.a',
    ]);
    assert.deepEqual(tables('<<: *nothing', 'table: a'), ['public.a']);
  });

  it('ignores merge keys without a map, but no other keys', () => {
    for (const value of ['', '1', 'b', '&b b']) {
      assert.deepEqual(tables(`<<: ${value}`, 'table: a'), ['public.a'], value);
    }
    assert.deepEqual(tables('database: &name shop', '<<: *name', 'table: a', '<<'), ['public.a']);
  });

  it('resolves merge keys: keys of the map itself have precedence, then the first merged map with the key', () => {
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
    assert.deepEqual(tables('table: a', 'table: b'), ['public.a']);
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

describe('findTablesInYaml, invalid files', function () {
  this.timeout(0);
  const wrongValues = ['', 'null', 'true', '1', '[]', '{}', '[1, null, [a], { a: b }]', '{ a: [b] }'];

  it('ignores values of a wrong type, but no others', () => {
    for (const value of wrongValues) {
      for (const key of ['source', 'tables', 'initial_backfill', 'schema', 'database', 'destination']) {
        const rest = key === 'source' ? 'tables: [{ name: a }]' : 'source: { include_tables: [a] }';
        assert.deepEqual(tables(`${key}: ${value}`, rest), ['public.a'], `${key}: ${value}`);
      }
      for (const source of [
        `include_tables: [${value}, a]`,
        `include_tables: [a], exclude_tables: ${value}, exclude_schemas: [${value}]`,
      ]) {
        assert.deepEqual(tables(`source: { ${source} }`), ['public.a'], source);
      }
      assert.deepEqual(tables(`tables: [{ name: ${value} }, ${value}, { name: a }]`), ['public.a'], value);
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
    assert.deepEqual(tables("source: { include_tables: ['', public., .a, a] }", 'tables: [{ name: . }]'), [
      'public.a',
    ]);
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

  it('never throws for a truncated file or one with a missing part', () => {
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

/**
 * Counts how often the parser and the reader access a node while a function runs. They access each node through checks
 * such as `isMap`, which read a property that the YAML library adds to the node with `Object.defineProperty`.
 */
function countNodeReads(run: () => void): number {
  const nodeType = Symbol.for('yaml.node.type');
  const { defineProperty } = Object;
  let reads = 0;
  Object.defineProperty = (target, key, attributes) =>
    defineProperty(
      target,
      key,
      key === nodeType ? { get: () => ((reads += 1), attributes.value as unknown) } : attributes,
    );
  try {
    run();
  } finally {
    Object.defineProperty = defineProperty;
  }
  return reads;
}

describe('findTablesInYaml, hostile files', function () {
  // Nothing interrupts a synchronous test: mocha's timeout would only measure how busy the machine is.
  this.timeout(0);
  const orders = createSinkFile('table: a');

  const { stackTraceLimit } = Error;
  before(() => {
    // The errors of a deep recursion would spend most of the time on their stack traces.
    Error.stackTraceLimit = 0;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it('limits aliases and merge keys that expand exponentially', () => {
    const levels = (line: (aliases: string) => string): string =>
      Array.from({ length: 30 }, (_, index) => {
        const aliases = Array.from({ length: 9 }, () => `*l${index - 1}`).join(', ');
        return `l${index}: &l${index} ${index === 0 ? '{ table: a }' : line(aliases)}\n`;
      }).join('');
    const lists = levels((aliases) => `[${aliases}]`);
    const merges = levels((aliases) => `{ <<: [${aliases}] }`);
    for (const text of [lists + orders, lists + createSinkFile('source: *l29', 'tables: *l29', 'table: b')]) {
      assert.deepEqual(findTablesInYaml(text, 'orders'), []);
    }
    // Merged maps have each key once.
    for (const text of [
      merges + createSinkFile('<<: *l29'),
      `${merges}sinks: [{ name: orders, <<: *l29 }]`,
    ]) {
      assert.deepEqual(findTablesInYaml(text, 'orders'), ['public.a']);
    }
  });

  it('limits the work for many merges of many maps with the same keys', () => {
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}: 1`).join(', ');
    const maps = Array.from({ length: 50 }, (_, index) => `m${index}: &m${index} { table: a, ${keys} }\n`);
    const list = `all: &all [${maps.map((_, index) => `*m${index}`).join(', ')}]\n`;
    const text = (mergeCount: number): string =>
      `${maps.join('')}${list}merges:\n${'  - <<: *all\n'.repeat(mergeCount)}${createSinkFile('<<: *m0')}`;
    assert.deepEqual(findTablesInYaml(text(10), 'orders'), ['public.a']);
    assert.deepEqual(findTablesInYaml(text(400), 'orders'), []);
  });

  for (const { name, text, expectedTables } of aliasHeavyYaml) {
    it(`does bounded work for aliases: ${name}`, () => {
      const yaml = text(maxYamlLength);
      const reads = countNodeReads(() => {
        assert.deepEqual(findTablesInYaml(yaml, 'orders'), expectedTables);
      });
      assert.ok(reads > 0.1 * yaml.length, 'no node reads were counted');
      assert.ok(reads < 20 * yaml.length, `${reads / yaml.length} node reads per character`);
    });
  }

  it('accepts a hundred sinks that merge one map', () => {
    const sinks = Array.from({ length: 100 }, (_, index) => `  - { name: sink-${index}, <<: *base }\n`);
    const text = `base: &base\n  table: a\n${orders.replace('table: a', '<<: *base')}${sinks.join('')}`;
    assert.deepEqual(findTablesInYaml(text, 'orders'), ['public.a']);
  });

  for (const { name, text, expectedTables } of aliasFreeYaml) {
    it(`does an amount of work proportional to the length: ${name}`, () => {
      const [small = 0, large = Infinity] = [2 ** 13, 2 ** 14].map((length) => {
        const yaml = text(length);
        const reads = countNodeReads(() => {
          assert.deepEqual(findTablesInYaml(yaml, 'orders'), expectedTables);
        });
        return reads / yaml.length;
      });
      assert.ok(small > 0.1, 'no node reads were counted');
      assert.ok(large < 1.1 * small, `${small} node reads per character become ${large}`);
    });
  }

  it('reads a file of the largest size with sinks, keys and anchors', () => {
    const part = Math.floor(maxYamlLength / 3);
    const text = [
      orders,
      repeatUpTo(part, (index) => `  - name: sink-${index}\n    <<: { table: a }\n`),
      '  - name: other\n',
      repeatUpTo(part, (index) => `    k${index}: 1\n`),
      'anchors:\n',
      repeatUpTo(part - 200, (index) => `  - &a${index} b\n`),
    ].join('');
    assert.ok(text.length <= maxYamlLength && text.length > maxYamlLength - 500);
    assert.deepEqual(findTablesInYaml(text, 'orders'), ['public.a']);
  });

  it('finds the tables before a long run of syntax errors', () => {
    const errors = repeatToLength('}', maxYamlLength - orders.length);
    assert.deepEqual(findTablesInYaml(orders + errors, 'orders'), ['public.a']);
  });

  it('finds no tables in nesting too deep for the stack', () => {
    for (const bracket of ['[', '{', '- ', '? ', '{ a: ', '!t [', '&a [']) {
      assert.deepEqual(findTablesInYaml(`orders: ${repeatToLength(bracket, 20_000)}`, 'orders'), [], bracket);
    }
    const chain = Array.from({ length: 2_000 }, (_, i) => `- &m${i + 1} { <<: *m${i} }\n`).join('');
    assert.deepEqual(findTablesInYaml(`list:\n${chain}${createSinkFile('<<: *m2000')}`, 'orders'), []);
  });

  it('ignores a file that exceeds the size limit', () => {
    assert.deepEqual(findTablesInYaml(orders + repeatToLength('#\n', 10_000_000), 'orders'), []);
    assert.deepEqual(
      findTablesInYaml(orders + repeatToLength('#', maxYamlLength - orders.length), 'orders'),
      ['public.a'],
    );
  });
});
