import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import schema from '../../../schemas/sequin.schema.json' with { type: 'json' };
import { findViolations } from '../../../src/yaml/checks/findViolations.ts';
import { listNodesWithSchemas } from '../../../src/yaml/document/schema.ts';
import { toPlainValue } from '../../../src/yaml/document/YamlNode.ts';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';

const samplesDir = join(import.meta.dirname, '../../yaml-samples');
const ajv = new Ajv({ allErrors: true, strict: false, messages: false });
const validate = ajv.compile(schema);

/** The violated keywords by ajv, without those that only repeat others. */
function findWithAjv(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ keyword }) => keyword).filter((keyword) => keyword !== 'if');
}

describe('findViolations', () => {
  for (const file of globSync('**/*.yml', { cwd: samplesDir }).sort()) {
    it(`finds what ajv finds in ${file}, and without each of its lines`, () => {
      const lines = readFileSync(join(samplesDir, file), 'utf8').split('\n');
      const parser = new YamlParser();
      const changes = lines.flatMap((line, index) => [
        lines.toSpliced(index, 1),
        lines.toSpliced(index, 1, line.replace(/: .*/, ': 0')),
        lines.toSpliced(index, 1, line.replace(/: .*/, ': [x]')),
      ]);
      for (const changed of [lines, ...changes]) {
        const text = changed.join('\n');
        const { root } = parser.parse(text);
        if (root !== undefined) {
          const found = findViolations(listNodesWithSchemas(root)).map(({ keyword }) => keyword);
          assert.deepEqual(found.sort(), findWithAjv(toPlainValue(root)).sort(), text);
        }
      }
    });
  }
});
