import assert from 'node:assert/strict';
import { createNameGenerator, moveSecret } from '../../../src/yaml/checks/moveSecret.ts';
import type { TextEdit } from '../../../src/yaml/checks/Problem.ts';
import { checkText, createValidFile } from './checkText.ts';

/**
 * Applies the first fix of each problem.
 * @param environmentLines the lines of `.env`
 * @returns the changed text, followed by the lines of `.env`, including the lines that the fixes add
 */
function applyFixes(text: string, environmentLines: readonly string[] = []): string {
  const lines = [...environmentLines];
  const createName = createNameGenerator(text, lines.join('\n'), { SET_TOKEN: 'other' });
  const fixes = checkText(text).flatMap(({ fixes = [], range, secret }) => {
    if (secret === undefined) {
      return fixes.slice(0, 1);
    }
    const fix = moveSecret(range, secret, createName);
    lines.push(fix.environmentLine ?? '');
    return [fix];
  });
  const edits = fixes.flatMap(({ edits }) => edits).sort((a, b) => b.range.start - a.range.start);
  const applyEdit = (result: string, { range, newText }: TextEdit): string =>
    result.slice(0, range.start) + newText + result.slice(range.end);
  return [edits.reduce(applyEdit, text), ...lines].join('\n');
}

describe('the quick fixes of sequin.yaml', () => {
  const fixes: readonly (readonly [name: string, before: string, after: string])[] = [
    ['quotes a number', 'users: [{ email: 1 }]', 'users: [{ email: "1" }]'],
    [
      'replaces a variable with its default',
      createValidFile('batch_size: "${B:-5}"'),
      createValidFile('batch_size: 5'),
    ],
    ['corrects a key', createValidFile('filters: none'), createValidFile('filter: none')],
    ['corrects a section', 'sink: []', 'sinks: []'],
    [
      'corrects an ignored key',
      createValidFile('source: { include_table: [a] }'),
      createValidFile('source: { include_tables: [a] }'),
    ],
    ['corrects a value', createValidFile('status: ACTIVE'), createValidFile('status: active')],
    ['corrects a reference', createValidFile().replace('database: shop', 'database: shp'), createValidFile()],
    [
      'quotes the value of local',
      'http_endpoints: [{ name: a, local: true }]',
      'http_endpoints: [{ name: a, local: "true" }]',
    ],
    ['adds a missing key', 'api_tokens:\n  - token: "$T"\n', 'api_tokens:\n  - token: "$T"\n    name: \n'],
    [
      'adds a missing key after an alias and a comment',
      'x-t: &t "$T"\napi_tokens:\n  - token: *t # Keep\n',
      'x-t: &t "$T"\napi_tokens:\n  - token: *t # Keep\n    name: \n',
    ],
    [
      'moves each secret to a variable of its own',
      'users: [{ email: a@b, password: "12345678" }, { email: c@d, password: "87654321" }]',
      'users: [{ email: a@b, password: "${PASSWORD}" }, { email: c@d, password: "${PASSWORD_2}" }]\nPASSWORD=12345678\nPASSWORD_2=87654321',
    ],
    [
      'moves a secret with an apostrophe to .env',
      'api_tokens: [{ name: a, token: "it\'s" }]',
      'api_tokens: [{ name: a, token: "${A_TOKEN}" }]\nA_TOKEN="it\'s"',
    ],
    [
      'corrects a reference to a name that needs quotes',
      createValidFile().replace('name: shop', 'name: "1234"').replace('database: shop', 'database: "1235"'),
      createValidFile().replace('name: shop', 'name: "1234"').replace('database: shop', 'database: "1234"'),
    ],
    [
      'moves a secret to .env',
      'api_tokens: [{ name: ci-1, token: "it is secret" }]',
      'api_tokens: [{ name: ci-1, token: "${CI_1_TOKEN}" }]\nCI_1_TOKEN=\'it is secret\'',
    ],
  ];
  for (const [name, before, after] of fixes) {
    it(`offers a fix that ${name}`, () => {
      assert.equal(applyFixes(before), after);
    });
  }

  for (const value of ['ends with \\', '"it\'s \\"']) {
    it(`doesn’t move a secret to .env if programs would read it in different ways: ${value}`, () => {
      const text = `api_tokens: [{ name: a, token: ${value} }]`;
      assert.equal(applyFixes(text), text);
    });
  }

  for (const value of ['"${B:-5}0"', '"0${B:-5}"', '"${B:?5}"', '"${B:+5}"']) {
    it(`offers no fix that replaces ${value} with a number, because the value isn’t just a variable with a default`, () => {
      const text = createValidFile(`batch_size: ${value}`);
      assert.equal(applyFixes(text), text);
    });
  }

  it('suggests no similar name for a very long name, because comparing it would block VS Code', () => {
    const createText = (length: number): string =>
      `${createValidFile(`filter: ${'x'.repeat(length)}`)}\nfunctions: [{ name: ${'x'.repeat(length + 1)} }]`;
    const countFixes = (text: string): number[] =>
      checkText(text)
        .filter(({ message }) => message.includes('doesn’t define'))
        .map(({ fixes = [] }) => fixes.length);
    assert.deepEqual([createText(100), createText(101)].map(countFixes), [[1], [0]]);
  });

  it('offers no fix for a missing value, because the fix would replace the key', () => {
    const [problem] = checkText('http_endpoints: [{ name: a, local: }]');
    assert.match(problem?.message ?? '', /^Must be the string "true"/);
    assert.deepEqual(problem?.fixes, []);
  });

  const takenNames: readonly (readonly [reason: string, name: string, otherText: string, line: string])[] = [
    ['the environment sets', 'set', '', 'A=1'],
    ['the file uses', 'a', '\nx-other: "${A_TOKEN}"', 'A=1'],
    ['.env sets', 'a', '', 'export A_TOKEN=other'],
  ];
  for (const [reason, name, otherText, line] of takenNames) {
    it(`doesn’t move a secret to a variable that ${reason}`, () => {
      const createText = (token: string): string =>
        `api_tokens: [{ name: ${name}, token: ${token} }]${otherText}`;
      const variable = `${name.toUpperCase()}_TOKEN_2`;
      assert.equal(
        applyFixes(createText('secret'), [line]),
        [createText(`"\${${variable}}"`), line, `${variable}=secret`].join('\n'),
      );
    });
  }
});
