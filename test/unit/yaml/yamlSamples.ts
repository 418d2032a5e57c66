import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../yaml-samples');

/** The paths of the sample files, sorted: those of valid files, such as `a.yml`, and of others, such as `broken/b.yml`. */
export const sampleNames = globSync('**/*.yml', { cwd: folder })
  .map((name) => name.replaceAll('\\', '/'))
  .sort();

/** Reads a file of `test/yaml-samples`. */
export function readSample(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** Splits a file into smaller ones, one for each sink that begins with a merge key. */
export function splitSinks(text: string): string[] {
  const [head = '', ...sinks] = text.split(/^(?= {2}- <<: )/m);
  return sinks.length === 0 ? [text] : sinks.map((each) => head + each);
}
