import type { TextRange } from './document/YamlNode.ts';
import { parseYamlFile } from './YamlFile.ts';

/**
 * Finds the position of the name of a sink in a `sequin.yaml`; undefined if the file doesn't define the sink. Of two
 * sinks with the same name, Sequin uses the last one.
 */
export function findSinkInYaml(text: string, sinkName: string): TextRange | undefined {
  const { definitions } = parseYamlFile(text).symbols;
  return definitions.findLast(({ kind, name }) => kind === 'sink' && name === sinkName)?.range;
}
