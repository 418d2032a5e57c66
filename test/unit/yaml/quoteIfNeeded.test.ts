import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { quoteIfNeeded } from '../../../src/yaml/document/quoteIfNeeded.ts';

describe('quoteIfNeeded', () => {
  for (const text of [
    'orders',
    '',
    'a: b',
    '1_000',
    'true',
    '>',
    "it's",
    'a "b"',
    'a\nb',
    '\tb\u2028',
    '[a, b]',
  ]) {
    it(`formats text on one line so that YAML 1.1 and 1.2 read it unchanged: ${JSON.stringify(text)}`, () => {
      const quoted = quoteIfNeeded(text);
      assert.doesNotMatch(quoted, /\n/);
      for (const version of ['1.1', '1.2'] as const) {
        assert.deepEqual(parse(`- ${quoted}\n- [${quoted}]\n`, { version }), [text, [text]]);
      }
    });
  }
});
