import assert from 'node:assert/strict';
import { createHover } from '../../../src/yaml/features/hover.ts';
import {
  findFileLinks,
  findOccurrences,
  findSymbolAt,
  type Occurrences,
  rename,
} from '../../../src/yaml/features/navigation.ts';
import { createOutline, type OutlineItem } from '../../../src/yaml/features/outline.ts';
import { parseYamlFile, type YamlFile } from '../../../src/yaml/YamlFile.ts';
import { readSample, shop } from './yamlSamples.ts';

describe('navigation and outline', () => {
  const text = `${shop}    filter: big\n`;
  const file = parseYamlFile(text);
  const getText = ({ start, end }: { start: number; end: number }): string => text.slice(start, end);

  const findAt = (yamlFile: YamlFile, offset: number): Occurrences | undefined => {
    const symbol = findSymbolAt(yamlFile, offset);
    return symbol && findOccurrences(yamlFile, symbol);
  };

  it('finds the definition and the references of a name at the definition and at a reference', () => {
    for (const offset of [text.indexOf('big'), text.lastIndexOf('big') + 3]) {
      const { definitions = [], references = [] } = findAt(file, offset) ?? {};
      assert.deepEqual(definitions.map(getText), ['big']);
      assert.deepEqual(
        [...definitions, ...references].map(({ start }) => start),
        [text.indexOf('big'), text.lastIndexOf('big')],
      );
    }
    assert.equal(findAt(file, 0), undefined);
  });

  it('renames a definition and its references, and adds quotes if the new name needs them', () => {
    const quoted = text.replace('database: shop', 'database: "shop"');
    const edits = rename(parseYamlFile(quoted), quoted.indexOf('shop'), '2');
    assert.deepEqual(
      edits.map(({ newText }) => newText),
      ['"2"', '"2"'],
    );
    const aliased = 'databases:\n  - name: &n shop\nsinks:\n  - database: *n\n';
    assert.equal(rename(parseYamlFile(aliased), aliased.indexOf('shop'), 'a').length, 1);
    const retention = 'change_retentions:\n  - name: "big orders"\n';
    assert.deepEqual(
      rename(parseYamlFile(retention), retention.indexOf('big'), 'all "orders": 5').map(
        ({ newText }) => newText,
      ),
      [`'all "orders": 5'`],
    );
    assert.throws(() => rename(file, text.indexOf('shop'), 'a b'), /can only contain letters/);
  });

  it('finds references even if another part of the file is incomplete', () => {
    const broken = parseYamlFile(`${text}  - name: "new\n`);
    assert.equal(broken.parsed.problems.length, 1);
    const { definitions = [], references = [] } = findAt(broken, text.indexOf('shop')) ?? {};
    assert.deepEqual([definitions.length, references.length], [1, 1]);
  });

  it('links to the code files of functions', () => {
    const links = findFileLinks(parseYamlFile(readSample('functions-and-endpoints.yml')));
    assert.deepEqual(
      links.map(({ path }) => path),
      ['functions/order-to-document.exs', 'functions/customer-name.sql'],
    );
  });

  it('lists even a section that is named like a property of JavaScript objects in the outline', () => {
    const [section] = createOutline(parseYamlFile('constructor:\n  - name: a\n'));
    assert.deepEqual(
      section?.children.map(({ name, kind }) => [name, kind]),
      [['a', 'other']],
    );
  });

  it('lists the sections and the names of their entries in the outline', () => {
    const describeItem = ({ name, detail, children }: OutlineItem): unknown => [
      name,
      detail,
      ...children.map(describeItem),
    ];
    assert.deepEqual(createOutline(parseYamlFile(readSample('change-retention.yml'))).map(describeItem), [
      ['account', ''],
      ['users', '', ['${ADMIN_EMAIL:-admin@example.com}', '']],
      ['api_tokens', '', ['ci', '']],
      ['retry', ''],
      ['databases', '', ['shop', ''], ['audit', '']],
      ['change_retentions', '', ['order-history', ''], ['big paid orders', '']],
      ['sinks', '', ['order-history-stream', 'Sequin Stream']],
    ]);
  });
});

describe('the hover', () => {
  const getHover = (
    marked: string,
    options = { environment: {}, describesKeys: true },
  ): readonly string[] | undefined =>
    createHover(parseYamlFile(marked.replace('|', '')), marked.indexOf('|'), options)?.parts;

  it('describes a key, its default and its values, unless the option is off', () => {
    assert.deepEqual(getHover('sinks:\n  - sta|tus: active'), [
      'Status of the sink.\n\nDefault: `"active"`\n\nValues: `active`, `disabled`, `paused`',
    ]);
    assert.equal(
      getHover('sinks:\n  - sta|tus: active', { environment: {}, describesKeys: false }),
      undefined,
    );
  });

  it('describes a key that only one type of destination has', () => {
    assert.deepEqual(getHover('sinks: [{ destination: { type: sqs, |region: a } }]'), [
      'AWS region. By default, the region in `queue_url`.',
    ]);
  });

  it('shows whether a variable is set, but not its value', () => {
    const environment = { A: 'secret' };
    assert.deepEqual(getHover('users: [{ email: "${|A}" }]', { environment, describesKeys: true }), [
      '`A` is set in VS Code’s environment.',
    ]);
    assert.deepEqual(getHover('users: [{ email: "${|B:-b}" }]'), [
      '`B` isn’t set in VS Code’s environment. The default is `b`.',
    ]);
    assert.deepEqual(getHover('users: [{ email: "${|constructor}" }]'), [
      '`constructor` isn’t set in VS Code’s environment.',
    ]);
  });

  it('replaces invisible characters in the default of a variable', () => {
    assert.deepEqual(getHover('users: [{ email: "${|B:-a`\u202Eb}" }]'), [
      '`B` isn’t set in VS Code’s environment. The default is `a �b`.',
    ]);
  });

  it('describes a key of a list item even if another item of the list is an alias', () => {
    assert.deepEqual(getHover('x: &x { name: a }\nsinks:\n  - |database: a\n  - *x\n'), [
      'Name of the database. Can’t be changed later.',
    ]);
  });

  it('lists the sinks that use a database or an HTTP endpoint', () => {
    assert.deepEqual(getHover(shop.replace('shop', '|shop')), ['Used by orders.']);
    assert.deepEqual(getHover(shop.replace('hooks', '|hooks')), ['Not used by any sink in this file.']);
    assert.deepEqual(getHover('change_retentions:\n  - name: |a'), []);
  });
});
