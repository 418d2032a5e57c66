import assert from 'node:assert/strict';
import { findTablesInYaml, maxYamlLength } from '../../../src/yaml/searchYaml.ts';
import { aliasFreeYaml, aliasHeavyYaml, repeatUpTo } from './hostileYaml.ts';
import { createSinkFile } from './yamlSamples.ts';

const orders = createSinkFile('table: a');

/** Repeats `part` up to `length` characters. */
const repeatToLength = (part: string, length: number): string =>
  part.repeat(Math.ceil(length / part.length)).slice(0, length);

/**
 * Counts the reads of nodes by the parser and the reader while a function runs. Every read includes a check such as
 * `isMap`. The check reads a property that the YAML library adds to the node with `Object.defineProperty`.
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

describe('findTablesInYaml with hostile files', function () {
  // Nothing interrupts a synchronous test: mocha's timeout would only measure how busy the machine is.
  this.timeout(0);

  const { stackTraceLimit } = Error;
  before(() => {
    // Most of the time would go to the stack traces of errors in a deep recursion.
    Error.stackTraceLimit = 0;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it('limits aliases and merge keys that expand exponentially', () => {
    const createLevels = (line: (aliases: string) => string): string =>
      Array.from({ length: 30 }, (_, index) => {
        const aliases = Array.from({ length: 9 }, () => `*l${index - 1}`).join(', ');
        return `l${index}: &l${index} ${index === 0 ? '{ table: a }' : line(aliases)}\n`;
      }).join('');
    const lists = createLevels((aliases) => `[${aliases}]`);
    const merges = createLevels((aliases) => `{ <<: [${aliases}] }`);
    for (const text of [lists + orders, lists + createSinkFile('source: *l29', 'tables: *l29', 'table: b')]) {
      assert.deepEqual(findTablesInYaml(text, 'orders'), []);
    }
    // A merge doesn't repeat keys, so these maps stay small.
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
    const createText = (mergeCount: number): string =>
      `${maps.join('')}${list}merges:\n${'  - <<: *all\n'.repeat(mergeCount)}${createSinkFile('<<: *m0')}`;
    assert.deepEqual(findTablesInYaml(createText(10), 'orders'), ['public.a']);
    assert.deepEqual(findTablesInYaml(createText(400), 'orders'), []);
  });

  for (const { name, text, expectedTables } of aliasHeavyYaml) {
    it(`does a limited amount of work for aliases: ${name}`, () => {
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
    it(`does work in proportion to the length of the file: ${name}`, () => {
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

  it('reads a file of the maximum size with many sinks, keys and anchors', () => {
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

  it('finds no tables in a file that is nested too deeply for the stack', () => {
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
