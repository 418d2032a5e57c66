import assert from 'node:assert/strict';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import { checkText, createValidFile } from './checkText.ts';
import { aliasFreeYaml, aliasHeavyYaml, deepAliasYaml } from './hostileYaml.ts';
import { readSample, sampleNames, splitSinks } from './yamlSamples.ts';

/** Formats the problems as `line: message`. Leaves out hints, such as those about unset variables. */
function describeProblems(text: string): string[] {
  return checkText(text)
    .filter(({ severity }) => severity !== 'hint')
    .map(({ range, message }) => `${text.slice(0, range.start).split('\n').length}: ${message}`);
}

describe('checkYaml', () => {
  for (const file of sampleNames.filter((name) => !name.startsWith('broken'))) {
    it(`finds no problem in ${file}`, () => {
      assert.deepEqual(describeProblems(readSample(file)), []);
    });
  }

  const expected: Readonly<Record<string, string>> = {
    'backfill-no-start-position': '15: The type partial requires the key "start_position".',
    'database-no-hostname': '3: The key "hostname" is missing.',
    'database-slot-twice': '10: Can’t be combined with slot.',
    'destination-no-type': '13: The key "type" is missing.',
    'destination-unknown-type':
      '14: Must be one of webhook, sequin_stream, kafka, rabbitmq, redis_stream, redis_string, sqs, sns, kinesis, s2, gcp_pubsub, nats, azure_event_hub, typesense, meilisearch, elasticsearch, benchmark, redis.',
    'elasticsearch-auth-none': '17: Must be one of api_key, basic, bearer.',
    'endpoint-local-boolean': '4: Must be the string "true", in quotes. Sequin ignores the boolean.',
    'enrichment-no-parameter': '5: An enrichment must use the parameter $1, which has the primary keys.',
    'enrichment-two-tables': '17: An enrichment requires exactly one table in source.include_tables.',
    'function-bad-path': '5: Must start with record, changes, action or metadata, with fields after dots.',
    'function-not-found':
      '17: This file doesn’t define the function "only-records". It must exist on the server.',
    'functions-and-transforms': '3: Can’t be combined with functions.',
    'grouping-off-with-columns': '16: Can’t be set while message_grouping is false.',
    'kafka-hosts-no-port': '15: Must be host:port, or several separated by commas. Each host needs a port.',
    'kafka-username-no-mechanism': '17: "username" requires the key "sasl_mechanism".',
    'key-twice': '13: The key "name" occurs twice.',
    'redis-numeric-password': '18: Must be a string. Put the value in quotes.',
    'retention-bad-operator':
      '20: Unknown operator. Use =, !=, >, <, >=, <=, in, not in, is null or is not null.',
    'section-misspelled': '2: Sequin ignores the unknown section "sink".',
    'sink-batch-size-too-big':
      '13: Must be an integer from 1 to 1000, without quotes and not from a variable.',
    'sink-batch-size-variable':
      '13: Must be an integer from 1 to 1000, without quotes and not from a variable.',
    'sink-name-with-space': '11: Can only contain letters, digits, underscores, hyphens and dots.',
    'sink-unknown-database': '12: This file doesn’t define the database "shp". It must exist on the server.',
    'sink-unknown-key': '13: Unknown key "filters". Sequin rejects it.',
    'sink-zero-retries': '13: Must be an integer of at least 1, without quotes and not from a variable.',
    'source-include-and-exclude': '15: Can’t be combined with include_tables.',
    'sqs-short-account-id':
      '15: Must be https://sqs.<region>.amazonaws.com/<account-id>/<queue-name>, with an account ID of 12 digits.',
    'variable-not-closed': '6: The variable has no closing brace.',
    'webhook-unknown-endpoint':
      '18: This file doesn’t define the HTTP endpoint "hook". It must exist on the server.',
    'yaml-indentation': '4: Invalid YAML: Sequence item without - indicator',
  };
  for (const [name, problem] of Object.entries(expected)) {
    it(`reports only the mistake in ${name}.yml, at the line of the mistake`, () => {
      const text = readSample(`broken/${name}.yml`);
      assert.deepEqual(describeProblems(text), [problem]);
      assert.equal(/^# expect: (\d+):/.exec(text)?.[1], problem.slice(0, problem.indexOf(':')));
    });
  }

  it('is tested with every broken sample', () => {
    const names = sampleNames.flatMap((file) => /^broken\/(.+)\.yml$/.exec(file)?.[1] ?? []);
    assert.deepEqual(names, Object.keys(expected).sort());
  });

  const problems: readonly (readonly [name: string, text: string, problems: readonly string[]])[] = [
    ['accepts an empty file', '', []],
    ['accepts an empty first document', '...\nsinks: 1\n', []],
    ['accepts unknown sections that begin with x- or have an anchor', 'x-notes: 1\nbase: &base { a: 1 }', []],
    [
      'reports unknown sections whose keys are an alias, null and a list',
      'x-key: &key other\n*key : 1\n~: 1\n? [a, b]\n: 1\n',
      ['other', 'null', '[a, b]'].map(
        (name, index) => `${index + 2}: Sequin ignores the unknown section "${name}".`,
      ),
    ],
    ['accepts an alias of a key as a value', '&key x-a: 1\nx-b: *key', []],
    [
      'accepts an HTTP endpoint without a definition if the destination isn’t a webhook',
      createValidFile('batch_size: 5').replace(
        'sequin_stream',
        'kafka, hosts: "a:9092", topic: a, http_endpoint: e',
      ),
      [],
    ],
    ['rejects a file that is a list', '# A list:\n- a\n- b\n', ['2: The file isn’t a YAML map.']],
    [
      'replaces invisible characters in the message of a syntax error',
      'a: "\\\u202E"',
      ['1: Invalid YAML: Invalid escape sequence \\�'],
    ],
    [
      'reports a misspelled key that Sequin ignores',
      createValidFile('source: { include_table: [a] }', 'annotations: { nam: a }'),
      ['6: Sequin ignores the unknown key "include_table".'],
    ],
    [
      'lists each allowed value once in the message',
      createValidFile('message_grouping: "1"'),
      ['6: Must be one of true, false.'],
    ],
    [
      'reports a code file under transforms',
      'transforms: [{ name: a, type: transform, file: a.exs }]',
      ['1: The Sequin CLI reads files only under functions.'],
    ],
    [
      'reports code that is too long',
      `functions: [{ name: a, type: filter, code: "${'x'.repeat(10_001)}" }]`,
      ['1: Can have at most 10000 characters.'],
    ],
    [
      'accepts code of the maximum length, even if a character takes two UTF-16 units',
      `functions: [{ name: a, type: filter, code: "${'x'.repeat(9_999)}😀" }]`,
      [],
    ],
    ['rejects a section without a value', 'sinks:\n', ['1: Must be a list.']],
    [
      'reports a value in the wrong case',
      createValidFile('status: Active'),
      ['6: Must be active. Values are case-sensitive.'],
    ],
    [
      'accepts a database that exists on the server',
      createValidFile().replace('database: shop', 'database: on-server'),
      [],
    ],
    ['accepts a reference that contains a variable', createValidFile('filter: "${FILTER:-none}"'), []],
    [
      'reports a name that occurs twice',
      createValidFile('# Again:').replace(
        '- name: orders',
        '- { name: orders, database: shop, destination: { type: sequin_stream } }\n  - name: orders',
      ),
      ['4: The name "orders" occurs twice. Sequin uses the last entry.'],
    ],
    [
      'reports a function of the wrong type',
      `${createValidFile('filter: all')}\nfunctions: [{ name: all, type: path, path: record }]`,
      ['6: The function "all" has the type path. "filter" requires the type filter.'],
    ],
    [
      'warns that an initial backfill ignores the exclusions of the source',
      createValidFile('source: { exclude_tables: [public.a] }', 'initial_backfill: true'),
      [
        '7: The initial backfill ignores exclude_tables: it includes the excluded tables. List the tables to backfill instead.',
      ],
    ],
    [
      'warns that a sink without actions sends nothing',
      createValidFile('actions: []'),
      ['6: Without actions, the sink sends no changes.'],
    ],
    [
      'reports a secret in clear text',
      'users: [{ email: a@b, password: 12345678a }]',
      ['1: Secret in clear text. Use an environment variable instead.'],
    ],
    [
      'reports an encrypted header with the name "key" in clear text',
      'http_endpoints: [{ name: a, url: "http://a", encrypted_headers: { key: 12345678a } }]',
      ['1: Secret in clear text. Use an environment variable instead.'],
    ],
    [
      'reports the value but not the name of an encrypted header in a list',
      'http_endpoints:\n  - name: a\n    url: "http://a"\n    encrypted_headers:\n      - key: Token\n        value: 12345678a',
      ['6: Secret in clear text. Use an environment variable instead.'],
    ],
    [
      'reports a secret that an export has masked',
      'users: [{ email: a@b, password: f******w }]',
      ['1: This value is masked. Sequin would store the mask instead of the secret.'],
    ],
    [
      'reports a problem only once if several sinks share it through an alias',
      'b: &b { database: nowhere, destination: { type: sequin_stream } }\nsinks: [{ <<: *b, name: a }, { <<: *b, name: b }]',
      ['1: This file doesn’t define the database "nowhere". It must exist on the server.'],
    ],
    [
      'reports a missing topic if the sink has no routing function',
      createValidFile().replace('sequin_stream', 'kafka, hosts: "a:1"'),
      ['5: The type kafka requires the key "topic".'],
    ],
    [
      'accepts a destination without a topic if a function routes messages',
      `${createValidFile('routing: r').replace('sequin_stream', 'kafka, hosts: "a:1"')}\nfunctions: [{ name: r, type: routing, sink_type: kafka, file: r.exs }]`,
      [],
    ],
    [
      'requires a batch size of 1 for a webhook without batches',
      `${createValidFile('batch_size: 5').replace('sequin_stream', 'webhook, http_endpoint: e, batch: false')}\nhttp_endpoints: [{ name: e, url: "http://e" }]`,
      ['6: Must be 1 for a webhook with batch: false.'],
    ],
    [
      'checks a document that begins on the line of its --- marker',
      '--- { sinks: 1 }\n---\nusers: 1',
      ['1: Must be a list.'],
    ],
    [
      'checks a document after a --- marker with a comment',
      '--- # a\r\nsinks: 1\r\n',
      ['2: Must be a list.'],
    ],
    [
      'reports that an integer of 17 digits exceeds the limit of a key',
      createValidFile('batch_size: 10000000000000000'),
      ['6: Must be an integer from 1 to 1000, without quotes and not from a variable.'],
    ],
    [
      'accepts a section that overrides the same section of a map merged at the root',
      `x-base: &base\n  databases: [{ name: merged }]\n<<: *base\n${createValidFile()}`,
      [],
    ],
    [
      'rejects a merge key whose value is a string',
      'x-a: { <<: b }',
      ['1: A merge key requires a map, or a list of maps.'],
    ],
    [
      'reports an alias without an anchor',
      'sinks: *none',
      ['1: The anchor "none" isn’t defined before its use.'],
    ],
  ];
  for (const [name, text, expectedProblems] of problems) {
    it(name, () => {
      assert.deepEqual(describeProblems(text), expectedProblems);
    });
  }

  it('reports a hint for each variable that is unset and has no default', () => {
    const text = 'users: [{ email: "${A}@${B:-b}$C$$D$constructor", password: "${P?}" }]';
    const hints = checkText(text, { C: '' }).map(({ severity, range }) => [
      severity,
      text.slice(range.start, range.end),
    ]);
    assert.deepEqual(hints, [
      ['hint', '${A}'],
      ['hint', '$constructor'],
      ['hint', '${P?}'],
    ]);
    const code = 'functions: [{ name: f, type: filter, code: "$A" }]';
    assert.deepEqual(checkText(code), []);
  });

  it('reports the secrets of a destination in clear text unless use_emulator is true', () => {
    const destination = 'gcp_pubsub, project_id: p, topic_id: t, emulator_base_url: "http://localhost:8085"';
    const secret = 'credentials: { private_key: "not secret" }';
    const createText = (useEmulator: string) =>
      createValidFile().replace('sequin_stream', `${destination}, use_emulator: ${useEmulator}, ${secret}`);
    const countSecrets = (text: string) =>
      checkText(text).filter(({ message }) => message.startsWith('Secret in clear text')).length;
    assert.deepEqual(
      ['false', 'true', '"1"'].map((value) => countSecrets(createText(value))),
      [1, 0, 0],
    );
  });

  it('never throws for a file with a line that is missing, repeated, indented or cut short', () => {
    const changedLines = new Set<string>();
    for (const text of sampleNames.map(readSample).flatMap(splitSinks)) {
      const lines = text.split('\n');
      const parser = new YamlParser();
      for (const [index, line] of lines.entries()) {
        if (changedLines.has(line)) {
          continue;
        }
        changedLines.add(line);
        for (const replacement of [[], [line, line], [` ${line}`], [`\t${line}`], [line.slice(0, -2)]]) {
          checkText(lines.toSpliced(index, 1, ...replacement).join('\n'), {}, parser);
        }
      }
    }
  }).timeout(60_000);

  it('accepts Windows line endings, ignores YAML documents after the first, and never throws for hostile files', () => {
    const crlf = readSample('all-destinations.yml').replaceAll('\n', '\r\n');
    assert.deepEqual(describeProblems(`\uFEFF${crlf}`), []);
    assert.deepEqual(describeProblems(`%YAML 1.2\n---\n${createValidFile()}\n---\nsinks: 1\n`), []);
    const texts = [...aliasFreeYaml, ...aliasHeavyYaml].map(({ text }) => text(2 ** 14));
    for (const text of [
      ...texts,
      ...deepAliasYaml,
      '[',
      '{',
      '- a',
      '"',
      '&a',
      '*a',
      '<<: *a',
      '__proto__: 1',
      '? a\n: b',
      '\u0000',
    ]) {
      checkText(text);
    }
  });
});
