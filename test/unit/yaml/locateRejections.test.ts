import assert from 'node:assert/strict';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import { locateRejections } from '../../../src/yaml/plan/locateRejections.ts';
import { readSample } from './yamlSamples.ts';

/**
 * The errors with which a real server rejects the broken samples. Leaves out samples that the CLI rejects, and errors
 * without a message.
 */
const rejections = JSON.parse(readSample('rejections.json')) as Record<string, string[]>;

/**
 * The samples for which `locateRejections` doesn't find the line with the mistake. It finds the given line, because the
 * error mentions something in that line, or no line (undefined).
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

function describeResult(name: string): string {
  if (!(name in otherLines)) {
    return 'finds the line of the mistake that the server reports';
  }
  return otherLines[name] === undefined
    ? 'finds no line for the error of the server'
    : 'finds a line that the error of the server mentions';
}

describe('locateRejections', () => {
  for (const [name, [reason = '']] of Object.entries(rejections)) {
    it(`${describeResult(name)} in ${name}`, () => {
      const text = readSample(`broken/${name}`);
      const expected = Number(/^# expect: (\d+):/.exec(text)?.[1]);
      assert.equal(locateLine(text, reason), name in otherLines ? otherLines[name] : expected, reason);
    });
  }

  it('locates only the first 20 errors, and reads only the start of a long error, so that VS Code isn’t blocked', () => {
    const { root } = new YamlParser().parse('sinks: [{ name: orders, filters: a }]');
    assert.ok(root);
    const reason = 'Unknown field: filters';
    assert.equal(locateRejections(root, Array(1_000).fill(reason)).length, 20);
    assert.deepEqual(locateRejections(root, [`${' '.repeat(10_000)}${reason}`]), []);
  });
});
