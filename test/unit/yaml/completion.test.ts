import assert from 'node:assert/strict';
import { complete } from '../../../src/yaml/completion/complete.ts';
import { shop } from './yamlSamples.ts';

/** Returns the text without the last `|`, and the offset of that `|`. */
function splitAtCursor(marked: string): [text: string, offset: number] {
  const offset = marked.lastIndexOf('|');
  return [marked.slice(0, offset) + marked.slice(offset + 1), offset];
}

/** Lists the labels of the completions at `|`, in the order of their ranks. */
function listLabels(marked: string, context = { tables: [], databases: [] as string[] }): string[] {
  const [text, offset] = splitAtCursor(marked);
  const items = complete(text, offset, context)?.items ?? [];
  return items.toSorted((a, b) => a.rank - b.rank).map(({ label }) => label);
}

/** Accepts a completion at `|`, and returns the new text. */
function accept(marked: string, label: string): string {
  const [text, offset] = splitAtCursor(marked);
  const { items, range } =
    complete(text, offset, { tables: [], databases: [] }) ?? assert.fail('no completions');
  const item = items.find((each) => each.label === label) ?? assert.fail(`no completion ${label}`);
  const { start, end } = range;
  return text.slice(0, start) + item.insertText + text.slice(end);
}

describe('completion', () => {
  const cases: readonly (readonly [name: string, marked: string, expected: readonly string[]])[] = [
    ['the databases of a sink', `${shop}  - name: a\n    database: |`, ['shop']],
    ['functions of the type that a key needs', `${shop}    filter: |`, ['big', 'none']],
    ['functions of the type path as transforms', `${shop}    transform: t|`, ['total', 'none']],
    ['HTTP endpoints', `${shop}    destination:\n      type: webhook\n      http_endpoint: |`, ['hooks']],
    [
      'tables in a list',
      `${shop}  - name: a\n    source:\n      include_tables:\n        - |`,
      ['public.orders'],
    ],
    [
      'tables in brackets',
      `${shop}  - name: a\n    source: { include_tables: [b, |] }`,
      ['public.b', 'public.orders'],
    ],
    ['schemas', `${shop}  - name: a\n    source:\n      exclude_schemas:\n        - p|`, ['public']],
    ['the values of a key', `${shop}    status: |\n    batch_size: 1`, ['active', 'disabled', 'paused']],
    ['the values of list items', `${shop}    actions: [insert, |`, ['insert', 'update', 'delete']],
    ['booleans', 'databases:\n- name: a\n  ssl: |', ['true', 'false']],
    ['values that need quotes', 'http_endpoints:\n  - local: |', ['"true"']],
    [
      'missing required keys first',
      'change_retentions:\n  - name: a\n    source_database: b\n    |',
      [
        'source_table_schema',
        'source_table_name',
        'destination_database',
        'destination_table_schema',
        'destination_table_name',
        'actions',
        'status',
        'filters',
      ],
    ],
    [
      'the keys of the destination’s type',
      'sinks:\n  - destination:\n      type: redis_string\n      p|\n',
      ['host', 'port', 'database', 'tls', 'username', 'password', 'expire_ms'],
    ],
    ['the keys of a slot', 'databases:\n  - slot:\n      |\n    name: a', ['name', 'create_if_not_exists']],
    ['keys in braces', 'databases:\n  - slot: { name: a, | }', ['create_if_not_exists']],
    [
      'sections',
      'databases: []\nsi|',
      [
        'account',
        'users',
        'api_tokens',
        'change_retentions',
        'http_endpoints',
        'functions',
        'sinks',
        'transforms',
      ],
    ],
    ['nothing in a comment', `${shop}    # status: |`, []],
    [
      'nothing in code',
      'functions:\n  - name: a\n    code: | # Elixir\n      def filter() do\n        |',
      [],
    ],
    [
      'keys that override keys from a merge key',
      'x-t: &t { name: a }\napi_tokens:\n  - <<: *t\n    |',
      ['name', 'token'],
    ],
    [
      'keys in braces that were opened on an earlier line',
      'api_tokens: [\n  {\n    name: a,\n    |',
      ['token'],
    ],
    ['keys below a dash', 'api_tokens:\n  -\n    name: a\n    |', ['token']],
    ['keys after a block scalar', 'api_tokens:\n  - token: >-\n      a\n    |', ['name']],
    [
      'values in a file with Windows line endings',
      'x: 1\r\nsinks:\r\n  - status: p|',
      ['active', 'disabled', 'paused'],
    ],
    [
      'keys of a map whose key is in quotes',
      'databases: [{ "slot": { name: a, | } }]',
      ['create_if_not_exists'],
    ],
    ['no booleans between quotes', 'databases:\n- name: a\n  ssl: "|"', []],
    ['only the start of an item before a key that lacks its dash', 'sinks:\n  na|me: a', ['- name']],
    [
      'only the start of an item at the column of the dashes',
      'api_tokens:\n  - name: a\n  |\n  - name: b',
      ['- name'],
    ],
    ['nothing where a word would continue a value', 'api_tokens:\n  - name: a\n      |', []],
    ['nothing before a value', 'sinks:\n  - status:| paused', []],
    ['no keys as the value of a merge key', 'x: &x { name: a }\napi_tokens:\n  - <<: |', []],
    ['keys below an incomplete line', 'api_tokens:\n  - name: a\n    tok\n    |', ['token']],
    ['nothing in an unknown section', 'other:\n  - a: |', []],
  ];
  for (const [name, marked, expected] of cases) {
    it(`proposes ${name}`, () => {
      assert.deepEqual(listLabels(marked), expected);
    });
  }

  it('proposes databases that only the server has', () => {
    assert.deepEqual(listLabels('sinks:\n  - database: |', { tables: [], databases: ['remote'] }), [
      'remote',
    ]);
  });

  it('lets VS Code propose a value only if the completion inserts the colon', () => {
    const triggersSuggest = (marked: string): boolean | undefined =>
      complete(...splitAtCursor(marked), { tables: [], databases: [] })?.items[0]?.triggersSuggest;
    assert.deepEqual(['sinks:\n  - n|', 'sinks:\n  - n|: a', 'sinks: [{ "n|" }]'].map(triggersSuggest), [
      true,
      false,
      false,
    ]);
  });

  const insertions: readonly (readonly [name: string, marked: string, label: string, expected: string])[] = [
    ['starts a list on an indented line', '|\nx: 1', 'sinks', 'sinks:\n  - \nx: 1'],
    ['adds the space after a dash', 'sinks:\n  -|', 'name', 'sinks:\n  - name: '],
    [
      'aligns a map below a dash',
      'databases:\n  -|',
      'slot',
      'databases:\n  - slot:\n    ', // VS Code indents the second line like the first.
    ],
    ['adds the space after a colon', 'sinks:\n  - status:|', 'paused', 'sinks:\n  - status: paused'],
    ['adds a dash before a key', 'sinks:\n  na|me: a', '- name', 'sinks:\n  - name: a'],
    ['keeps the value of a key', 'sinks:\n  - na|me: a', 'name', 'sinks:\n  - name: a'],
    ['keeps quotes', 'sinks: [{ status: "pau|" }]', 'paused', 'sinks: [{ status: "paused" }]'],
    [
      'adds braces to a map in braces',
      'sinks:\n  - { name: a, de| }',
      'destination',
      'sinks:\n  - { name: a, destination: { type: $0 } }',
    ],
    ['adds brackets to a list in braces', 'sinks: [{ a| }]', 'actions', 'sinks: [{ actions: [$0] }]'],
    [
      'quotes an operator that YAML would read as the start of a block scalar',
      'change_retentions:\n  - filters:\n      - operator: |',
      '">="',
      'change_retentions:\n  - filters:\n      - operator: ">="',
    ],
    [
      'quotes a name that YAML 1.1 reads as a number',
      'databases: [{ name: "1_000" }]\nsinks:\n  - database: |',
      '1_000',
      'databases: [{ name: "1_000" }]\nsinks:\n  - database: "1_000"',
    ],
    [
      'doesn’t repeat quotes around an operator',
      'change_retentions:\n  - filters:\n      - operator: "|"',
      '>=',
      'change_retentions:\n  - filters:\n      - operator: ">="',
    ],
    [
      'replaces a value and its quotes if the cursor is after the closing quote',
      'change_retentions:\n  - filters:\n      - operator: ">"|',
      '">="',
      'change_retentions:\n  - filters:\n      - operator: ">="',
    ],
    [
      'replaces a name up to the closing quote',
      'databases: [{ name: "a: b" }]\nsinks: [{ database: "a: |, c", name: d }]',
      'a: b',
      'databases: [{ name: "a: b" }]\nsinks: [{ database: "a: b", name: d }]',
    ],
    [
      'doesn’t replace the text after an unclosed quote',
      'sinks: [{ status: "p|, name: "a" }]',
      'paused',
      'sinks: [{ status: "paused, name: "a" }]',
    ],
    [
      'escapes a name for double quotes',
      `databases: [{ name: 'a "b"' }]\nsinks:\n  - database: "|"`,
      'a "b"',
      `databases: [{ name: 'a "b"' }]\nsinks:\n  - database: "a \\\\"b\\\\""`, // The snippet escapes the backslashes.
    ],
    [
      'escapes a name for single quotes',
      `databases: [{ name: "it's" }]\nsinks:\n  - database: '|'`,
      "it's",
      `databases: [{ name: "it's" }]\nsinks:\n  - database: 'it''s'`,
    ],
    ['adds no space within quotes', 'sinks: [{"status":"|"}]', 'active', 'sinks: [{"status":"active"}]'],
    ['keeps quotes around a key', 'sinks: [{ "na|": a }]', 'name', 'sinks: [{ "name": a }]'],
    ['adds no colon within quotes', 'sinks: [{ "na|" }]', 'name', 'sinks: [{ "name" }]'],
    [
      'quotes the database of a whole sink if needed',
      'databases: [{ name: "1" }]\nsinks:\n  - |',
      'sink: sequin_stream',
      [
        'databases: [{ name: "1" }]\nsinks:\n  - name: ${1:name}',
        '  database: ${2:"1"}',
        '  source:',
        '    include_tables:',
        '      - ${3:public.table}',
        '  destination:',
        '    type: sequin_stream',
      ].join('\n'),
    ],
    [
      'quotes a name with a colon',
      'databases: [{ name: "a: b" }]\nsinks:\n  - database: |',
      'a: b',
      'databases: [{ name: "a: b" }]\nsinks:\n  - database: "a: b"',
    ],
  ];
  for (const [name, marked, label, expected] of insertions) {
    it(name, () => {
      assert.equal(accept(marked, label), expected);
    });
  }

  it('inserts a whole sink with the keys that its destination requires', () => {
    assert.equal(
      accept('databases: [{ name: shop }]\nsinks:\n  - |', 'sink: kafka'),
      [
        'databases: [{ name: shop }]',
        'sinks:',
        // VS Code adds the indentation of this line to the lines below it.
        '  - name: ${1:name}',
        '  database: ${2:shop}',
        '  source:',
        '    include_tables:',
        '      - ${3:public.table}',
        '  destination:',
        '    type: kafka',
        '    hosts: ${4:localhost:9092}',
        '    topic: ${5:topic}',
      ].join('\n'),
    );
  });
});
