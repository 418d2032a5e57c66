import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../yaml-samples');

/**
 * The sorted paths of the sample files. Valid files have paths such as `a.yml`, and invalid files such as
 * `broken/b.yml`.
 */
export const sampleNames = globSync('**/*.yml', { cwd: folder })
  .map((name) => name.replaceAll('\\', '/'))
  .sort();

/** Reads a file of `test/yaml-samples`. */
export function readSample(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** Splits a file into smaller files, one for each sink that begins with a merge key. */
export function splitSinks(text: string): string[] {
  const [head = '', ...sinks] = text.split(/^(?= {2}- <<: )/m);
  return sinks.length === 0 ? [text] : sinks.map((each) => head + each);
}

/** A small file with entries of each kind that sinks refer to. It ends with a sink, to which tests append lines. */
export const shop = `databases:
  - name: shop
functions:
  - name: big
    type: filter
  - name: total
    type: path
http_endpoints:
  - name: hooks
sinks:
  - name: orders
    database: shop
    source: { include_tables: [orders] }
`;

/** Creates a file with one sink, `orders`, that has these lines. */
export function createSinkFile(...lines: string[]): string {
  return ['sinks:', '  - name: orders', ...lines.map((line) => `    ${line}`), ''].join('\n');
}
