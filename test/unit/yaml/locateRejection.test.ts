import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import { locateRejection } from '../../../src/yaml/plan/locateRejection.ts';

const samples = new URL('../../yaml-samples/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, samples), 'utf8');

/** The errors of a real server for the broken samples, except for those that the CLI rejects, or the server without a text. */
const rejections = JSON.parse(read('rejections.json')) as Record<string, string[]>;

/** The lines found where they aren't the line of the mistake: the error also names them. Undefined if it names none. */
const otherLines: Readonly<Record<string, number | undefined>> = {
  'database-slot-twice.yml': 8,
  'endpoint-local-boolean.yml': 3,
  'grouping-off-with-columns.yml': 13,
  'enrichment-no-parameter.yml': undefined,
};

function locateLine(text: string, reason: string): number | undefined {
  const { root } = new YamlParser().parse(text);
  const range = root && locateRejection(root, reason);
  return range && text.slice(0, range.start).split('\n').length;
}

describe('locateRejection', () => {
  for (const [name, [reason = '']] of Object.entries(rejections)) {
    it(`finds the line that the error of the server is about in ${name}`, () => {
      const text = read(`broken/${name}`);
      const expected = Number(/^# expect: (\d+):/.exec(text)?.[1]);
      assert.equal(locateLine(text, reason), name in otherLines ? otherLines[name] : expected, reason);
    });
  }
});
