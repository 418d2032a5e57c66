import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { substituteVariables } from '../../../src/yaml/document/variables.ts';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import {
  ConfigError,
  listUsedVariables,
  resolveConfig,
  type ResolvedConfig,
} from '../../../src/yaml/plan/resolveConfig.ts';
import { deepAliasYaml } from './hostileYaml.ts';
import { readSample } from './yamlSamples.ts';

const variables: Readonly<Record<string, string>> = { A: 'a', EMPTY: '', PATH_TO: 'code', MASK: 'f******w' };
const files: Readonly<Record<string, string>> = {
  'code/f.exs': 'def $A',
  '/abs/g.sql': 'select 1\n',
  // A quote takes four characters in a request, because it is escaped in YAML and again in JSON.
  'large.sql': '"'.repeat(2_500_000),
};

async function resolve(text: string): Promise<ResolvedConfig> {
  return resolveConfig(new YamlParser().parse(text), {
    getVariable: (name) => variables[name],
    readFile: (path) => Promise.resolve(files[path]),
  });
}

describe('resolveConfig', () => {
  for (const [text, expected] of [
    ['${A}-$A', 'a-a'],
    ['$NONE|${NONE}', '|'],
    ['${NONE:-d} ${EMPTY:-d} ${EMPTY-d} ${NONE-d}', 'd d  d'],
    ['${NONE:=d} ${NONE=d}', 'd d'],
    ['${A:+r} ${EMPTY:+r} ${EMPTY+r} ${NONE+r}', 'r  r '],
    ['${NONE:-$A}', 'a'],
    ['${A:?message}', 'a'],
    ['$$A $ $- 5$', '$A $ $- 5$'],
    ['pa$word $1', 'pa '],
  ] as const) {
    it(`substitutes variables as the CLI does: ${text}`, () => {
      assert.equal(
        substituteVariables(text, (name) => variables[name]),
        expected,
      );
    });
  }

  it('replaces variables in values, but not in keys or under `code`', async () => {
    const { value } = await resolve('x: {$A: "$A", code: {y: $A}, n: 5, list: ["${A}"]}\n');
    assert.deepEqual(value, { x: { $A: 'a', code: { y: '$A' }, n: 5, list: ['a'] } });
  });

  it('inlines the code files of functions without replacing variables in them', async () => {
    const { value } = await resolve(
      'functions:\n  - {name: f, file: "$PATH_TO/f.exs", code: old}\n  - {name: g, file: /abs/g.sql}\nsinks:\n  - {name: s, file: x}\n',
    );
    assert.deepEqual(value, {
      functions: [
        { name: 'f', code: 'def $A' },
        { name: 'g', code: 'select 1\n' },
      ],
      sinks: [{ name: 's', file: 'x' }],
    });
  });

  it('keeps all digits of a large integer, such as the ID at which a backfill starts', async () => {
    const { yaml } = await resolve('a: 1234567890123456789\nb: -12345678901234567890\n');
    assert.equal(yaml, 'a: 1234567890123456789\nb: -12345678901234567890\n');
  });

  it('writes no anchors, merge keys or tags, and writes each string in quotes on one line', async () => {
    const { yaml, value } = await resolve(
      'x: &a {b: "1", c: "yes\\nno"}\ny: [*a, *a]\nz: {<<: *a, d: 0x10}\n---\nignored: 1\n',
    );
    assert.doesNotMatch(yaml, /[&*]a|<</);
    assert.deepEqual(parse(yaml), value);
    assert.deepEqual(value['z'], { b: '1', c: 'yes\nno', d: 16 });
    assert.match(yaml, /^ {2}c: "yes\\nno"$/m);
  });

  for (const [text, message, position] of [
    ['a: ${X', /no closing brace/, '${X'],
    ['a: "${X:-${A}}"', /contains another variable/, '"${X:-${A}}"'],
    ['functions: [{name: f, file: gone.exs}]', /gone\.exs doesn’t exist/, 'gone.exs'],
    ['a: 1\na: 2', /occurs twice/, 'a'],
    ['- a', /isn’t a YAML map/, '- a'],
    ['a: [1', /Invalid YAML/, ''],
    ...deepAliasYaml.map((yaml) => [yaml, /nested too deeply/, ''] as const),
    [`sinks: []\nfunctions: "${'x'.repeat(2 ** 16)}"`, /too large/, ''],
    ['functions: [{name: f, file: large.sql}]', /too large for Sequin/, ''],
    [`functions: [&f {name: f, file: large.sql}${', *f'.repeat(200)}]`, /too large for Sequin/, ''],
    [`a: &a "${'x'.repeat(60_000)}"\nb:\n${'  - *a\n'.repeat(10_000)}`, /too large for Sequin/, ''],
    [`a: &a { ${'x'.repeat(60_000)}: 1 }\nb:\n${'  - *a\n'.repeat(10_000)}`, /too large for Sequin/, ''],
  ] as const) {
    it(`rejects a file, and reports the position of the problem: ${JSON.stringify(text.slice(0, 40))}`, async () => {
      await assert.rejects(resolve(text), (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, message);
        assert.equal(text.slice(error.range.start, error.range.end), position);
        return true;
      });
    });
  }

  for (const [text, mark] of [
    ['databases: [{name: a, password: "f******w"}]', '"f******w"'],
    ['databases: [{name: a, password: "*****"}]', '"*****"'],
    ['databases: [{name: a, url: "postgresql://u:f******w@h:1/d"}]', '"postgresql://u:f******w@h:1/d"'],
    [
      'http_endpoints: [{name: a, encrypted_headers: {X: "Bea******************e"}}]',
      '"Bea******************e"',
    ],
    ['sinks: [{destination: {username: "f******w"}}]', '"f******w"'],
    ['databases: [{password: $MASK}]', '$MASK'],
    [
      'sinks: [{destination: {credentials: {private_key: "---********************\\n"}}}]',
      '"---********************\\n"',
    ],
    ['databases: [{password: "$A", name: "*"}]', undefined],
    ['functions: [{code: "f******w"}]', undefined],
  ] as const) {
    it(`${mark === undefined ? 'finds no masked secret' : 'finds the masked secret'}: ${text}`, async () => {
      const { maskedSecret } = await resolve(text);
      assert.equal(maskedSecret && text.slice(maskedSecret.start, maskedSecret.end), mark);
    });
  }

  it('lists the variables of a file, and which of them are required', () => {
    const { root } = new YamlParser().parse('a: $X ${Y:-1} ${X:-2}\nb: {code: $Z}\n');
    assert.ok(root);
    assert.deepEqual(listUsedVariables(root), [
      { name: 'X', isRequired: true },
      { name: 'Y', isRequired: false },
    ]);
  });

  for (const name of ['all-destinations.yml', 'functions-and-endpoints.yml', 'partial-backfills.yml']) {
    it(`writes YAML that parses to the resolved configuration: ${name}`, async () => {
      const { yaml, value } = await resolveConfig(new YamlParser().parse(readSample(name)), {
        getVariable: () => 'v',
        readFile: () => Promise.resolve('code'),
      });
      assert.deepEqual(parse(yaml), value);
      assert.ok(Array.isArray(value['sinks']));
    });
  }
});
