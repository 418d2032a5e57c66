import { checkYaml } from '../../../src/yaml/checks/checkYaml.ts';
import type { Problem } from '../../../src/yaml/checks/Problem.ts';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import { parseYamlFile } from '../../../src/yaml/YamlFile.ts';

/** Finds the problems in a file. The server has the database `on-server` and no sinks. */
export function checkText(
  text: string,
  environment: Record<string, string> = {},
  parser = new YamlParser(),
): Problem[] {
  const { parsed } = parseYamlFile(text, parser);
  return checkYaml(parsed, text, {
    environment,
    knownDatabases: new Set(['on-server']),
    existingSinks: new Map(),
  });
}

/** Creates a valid file with one database and one sink. Appends the lines to the sink. */
export function createValidFile(...lines: string[]): string {
  return [
    'databases: [{ name: shop, hostname: h, database: d, slot: { name: s }, publication: { name: p } }]',
    'sinks:',
    '  - name: orders',
    '    database: shop',
    '    destination: { type: sequin_stream }',
    ...lines.map((line) => `    ${line}`),
  ].join('\n');
}
