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

/**
 * The maximum length of a file that is searched for tables, in UTF-16 units. Larger files are ignored: real files have
 * a few kilobytes, and 64 kB of invalid YAML take up to a second to parse.
 */
export const maxYamlLength = 2 ** 16;

/**
 * Finds the tables that a `sequin.yaml` mentions for a sink, as suggestions for a backfill: the tables in `source`,
 * `tables` and `initial_backfill`, except for excluded tables. Returns their names sorted, in the form `schema.table`.
 * Reads as much as possible of an invalid file, and never throws.
 *
 * Follows the YAML loader of Sequin 0.14.6: a table name without a dot is in the schema `public`, the deprecated key
 * `table` replaces `source`, and if two sinks have the same name, the last one counts. Like Sequin's CLI, reads only
 * the first document. The CLI also substitutes variables, but their values are unknown here, so names that contain a
 * `$` are ignored.
 */
export function findTablesInYaml(text: string, sinkName: string): string[] {
  // Doesn't parse files without the name of the sink. This misses names with escape sequences, but these are unlikely.
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
 * Finds the position of a sink's name in a `sequin.yaml`; undefined if the file doesn't define the sink. If two sinks
 * have the same name, finds the last one, because Sequin uses that one.
 */
export function findSinkInYaml(text: string, sinkName: string): TextRange | undefined {
  const { definitions } = parseYamlFile(text).symbols;
  return definitions.findLast(({ kind, name }) => kind === 'sink' && name === sinkName)?.range;
}
