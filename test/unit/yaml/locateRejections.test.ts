import assert from 'node:assert/strict';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import { locateRejections } from '../../../src/yaml/plan/locateRejections.ts';
import { readSample } from './yamlSamples.ts';

/**
 * The errors with which a real server rejects the broken samples. Leaves out samples that the CLI rejects, and errors
 * without a text.
 */
const rejections = JSON.parse(readSample('rejections.json')) as Record<string, string[]>;

/**
 * The lines that are found in place of the line of the mistake, because the error names something in them; undefined if
 * it names nothing.
 */
const otherLines: Readonly<Record<string, number | undefined>> = {
  'database-slot-twice.yml': 8,
  'endpoint-local-boolean.yml': 3,
  'grouping-off-with-columns.yml': 13,
  'enrichment-no-parameter.yml': undefined,
};

function locateLine(text: string, reason: string): number | undefined {
  const { root } = new YamlParser().parse(text);
  const [located] = root === undefined ? [] : locateRejections(root, [reason]);
  return located && text.slice(0, located.range.start).split('\n').length;
}

describe('locateRejections', () => {
  for (const [name, [reason = '']] of Object.entries(rejections)) {
    it(`finds the line that the error of the server is about in ${name}`, () => {
      const text = readSample(`broken/${name}`);
      const expected = Number(/^# expect: (\d+):/.exec(text)?.[1]);
      assert.equal(locateLine(text, reason), name in otherLines ? otherLines[name] : expected, reason);
    });
  }

  it('reads only the first of very many errors, and only the start of a very long one, so that VS Code isn’t blocked', () => {
    const { root } = new YamlParser().parse('sinks: [{ name: orders, filters: a }]');
    assert.ok(root);
    const reason = 'Unknown field: filters';
    assert.equal(locateRejections(root, Array(1_000).fill(reason)).length, 20);
    assert.deepEqual(locateRejections(root, [`${' '.repeat(10_000)}${reason}`]), []);
  });
});
