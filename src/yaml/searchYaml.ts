import { qualifyTableName } from '../model/tables.ts';
import {
  getItems,
  getString,
  getStringValue,
  getValue,
  type TextRange,
  type YamlMap,
} from './document/YamlNode.ts';
import { parseYamlFile } from './YamlFile.ts';

/** Larger files are ignored: real files have a few kilobytes, and 64 kB of mistakes take up to a second to parse. */
export const maxYamlLength = 2 ** 16;

/**
 * Finds the tables that a `sequin.yaml` mentions for a sink, as suggestions for a backfill: the tables in `source`,
 * `tables` and `initial_backfill`, without the excluded ones. Sorted, as `schema.table`. Reads as much as possible of
 * an invalid file; never throws.
 *
 * Follows the YAML loader of Sequin 0.14.6: a name without a dot is in the schema `public`, the deprecated `table`
 * replaces `source`, and the last of two sinks with the same name is used. Sequin's CLI reads only the first document
 * and substitutes variables, so names that contain a `$` are ignored: their value is unknown here.
 */
export function findTablesInYaml(text: string, sinkName: string): string[] {
  // Skips the parser for most files. A name written with escapes isn't found, but is unlikely.
  if (text.length > maxYamlLength || !text.includes(sinkName)) {
    return [];
  }
  return collectTables(parseYamlFile(text).root, sinkName);
}

function collectTables(root: YamlMap, sinkName: string): string[] {
  const sink = getItems(getValue(root, 'sinks')).findLast((item) => getString(item, 'name') === sinkName);
  const table = getString(sink, 'table');
  const source = table === undefined ? getValue(sink, 'source') : undefined;
  const listNames = (key: string): string[] =>
    getItems(getValue(source, key)).flatMap((item) => getStringValue(item) ?? []);

  const excludedTables = new Set(listNames('exclude_tables').map(qualifyTableName));
  const excludedSchemas = new Set(listNames('exclude_schemas'));
  const candidates = [
    table,
    ...listNames('include_tables'),
    ...getItems(getValue(sink, 'tables')).map((item) => getString(item, 'name')),
    ...getItems(getValue(sink, 'initial_backfill')).map((item) => getString(item, 'table')),
  ];
  const tables = candidates
    .filter((name) => name !== undefined)
    .filter((name) => /^[^.$]+(?:\.[^$]+)?$/.test(name))
    .map(qualifyTableName)
    .filter((name) => !excludedTables.has(name) && !excludedSchemas.has(name.slice(0, name.indexOf('.'))));
  return [...new Set(tables)].sort();
}

/**
 * Finds the position of the name of a sink in a `sequin.yaml`; undefined if the file doesn't define the sink. Of two
 * sinks with the same name, Sequin uses the last one.
 */
export function findSinkInYaml(text: string, sinkName: string): TextRange | undefined {
  const { definitions } = parseYamlFile(text).symbols;
  return definitions.findLast(({ kind, name }) => kind === 'sink' && name === sinkName)?.range;
}
