import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import schema from '../../../schemas/sequin.schema.json' with { type: 'json' };
import { findViolations } from '../../../src/yaml/checks/findViolations.ts';
import { listNodesWithSchemas } from '../../../src/yaml/document/schema.ts';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import { toPlainValue } from './toPlainValue.ts';
import { readSample, sampleNames, splitSinks } from './yamlSamples.ts';

const ajv = new Ajv({ allErrors: true, strict: false, messages: false });
const validate = ajv.compile(schema);

/** Finds the violated keywords with ajv. Leaves out `if`, because it only repeats violations of other keywords. */
function findWithAjv(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ keyword }) => keyword).filter((keyword) => keyword !== 'if');
}

describe('findViolations', () => {
  for (const file of sampleNames) {
    it(`finds what ajv finds in ${file}, even if a line is removed or has another value`, () => {
      const parser = new YamlParser();
      const assertSameAsAjv = (lines: readonly string[]): void => {
        const text = lines.join('\n');
        const { root } = parser.parse(text);
        if (root !== undefined) {
          const found = findViolations(listNodesWithSchemas(root)).map(({ keyword }) => keyword);
          assert.deepEqual(found.sort(), findWithAjv(toPlainValue(root)).sort(), text);
        }
      };
      const changedLines = new Set<string>();
      for (const lines of splitSinks(readSample(file)).map((text) => text.split('\n'))) {
        assertSameAsAjv(lines);
        for (const [index, line] of lines.entries()) {
          if (!changedLines.has(line)) {
            changedLines.add(line);
            assertSameAsAjv(lines.toSpliced(index, 1));
            assertSameAsAjv(lines.toSpliced(index, 1, line.replace(/: .*/, ': 0')));
            assertSameAsAjv(lines.toSpliced(index, 1, line.replace(/: .*/, ': [x]')));
          }
        }
      }
    });
  }
});
