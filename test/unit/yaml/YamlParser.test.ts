import assert from 'node:assert/strict';
import { parseDocument } from 'yaml';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import { toPlainValue } from './toPlainValue.ts';
import { readSample } from './yamlSamples.ts';

describe('YamlParser', () => {
  const lines = readSample('change-retention.yml').split('\n');
  const parser = new YamlParser();
  const entries = [
    'a key: 1',
    'é: 1',
    'a:b: 1',
    'C#: 1',
    '-key: 1',
    '"a\\"b": 1',
    "'it''s': 1",
    '&anchor key: 1',
    '!!str key: 1',
    '? key\n: 1',
    '<<: { key: 1 }',
    '# Comment',
  ];
  for (const entry of entries) {
    it(`parses a file section by section with the same result as the YAML library, with ${JSON.stringify(entry)} between sections`, () => {
      for (const [index, line] of lines.entries()) {
        if (/^\w/.test(line) || index === lines.length - 1) {
          const text = lines.toSpliced(index, 0, entry).join('\n');
          const { root, problems } = parser.parse(text);
          assert.deepEqual(problems, [], text);
          const expected: unknown = parseDocument(text, { schema: 'core', merge: true }).toJS();
          assert.deepEqual(root && toPlainValue(root), expected, text);
        }
      }
    });
  }
});
