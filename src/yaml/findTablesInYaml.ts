import { isAlias, isCollection, isMap, isScalar, type Node, parseDocument, visit, YAMLMap } from 'yaml';
import { qualifyTableName } from '../model/tables.ts';

/** Larger files are ignored: real files have a few kilobytes, and 64 kB of mistakes take up to a second to parse. */
export const maxYamlLength = 2 ** 16;

/** The limit for the product of nodes and aliases: the library can visit each node for an alias, in under 0.5 µs. */
const maxAliasWork = 2_000_000;

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
  try {
    return collectTables(readYaml(text), sinkName);
  } catch {
    // Nested too deeply, too many aliases, or a merge key that the library rejects.
    return [];
  }
}

function readYaml(text: string): unknown {
  // The schema is that of YAML 1.2, even if a `%YAML` directive differs. `uniqueKeys` would compare each key of a map
  // with every other key.
  const document = parseDocument(text, {
    schema: 'core',
    merge: true,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const anchors = new Map<string, Node>();
  let [nodes, aliases] = [0, 0];
  // Removes what makes the conversion fail: aliases without an anchor, aliases to a map or list that contains them, and
  // merge keys without a map or list.
  visit(document, {
    Alias: (_key, { source }, path) => {
      aliases += 1;
      const target = anchors.get(source);
      return target === undefined || path.includes(target) ? new YAMLMap() : undefined;
    },
    Pair: (_key, { key, value }) => {
      const isMergeKey = isScalar(key) && typeof key.value === 'symbol';
      const target = isAlias(value) ? anchors.get(value.source) : value;
      return isMergeKey && !isCollection(target) ? visit.REMOVE : undefined;
    },
    Value: (_key, node) => {
      nodes += 1;
      if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
      if (isMap(node)) {
        removeDuplicateKeys(node);
      }
    },
  });
  const maxAliasCount = Math.floor(maxAliasWork / nodes);
  return aliases > maxAliasCount ? undefined : document.toJS({ mapAsMap: true, maxAliasCount });
}

/** Keeps the first of duplicate keys, which Sequin's server uses. The library would use the last. */
function removeDuplicateKeys(map: YAMLMap): void {
  const keys = new Set<unknown>();
  map.items = map.items.filter(({ key }) => {
    const { size } = keys;
    return keys.add(isScalar(key) ? key.value : key).size > size;
  });
}

function collectTables(root: unknown, sinkName: string): string[] {
  const sink = toList(getValue(root, 'sinks')).findLast((item) => getValue(item, 'name') === sinkName);
  const table = getValue(sink, 'table');
  const source = typeof table === 'string' ? undefined : getValue(sink, 'source');
  const sourceList = (key: string) =>
    toList(getValue(source, key)).filter((name) => typeof name === 'string');

  const excludedTables = new Set(sourceList('exclude_tables').map(qualifyTableName));
  const excludedSchemas = new Set(sourceList('exclude_schemas'));
  const candidates = [
    table,
    ...sourceList('include_tables'),
    ...toList(getValue(sink, 'tables')).map((item) => getValue(item, 'name')),
    ...toList(getValue(sink, 'initial_backfill')).map((item) => getValue(item, 'table')),
  ];
  const tables = candidates
    .filter((name) => typeof name === 'string')
    .filter((name) => /^[^.$]+(?:\.[^$]+)?$/.test(name))
    .map(qualifyTableName)
    .filter((name) => !excludedTables.has(name) && !excludedSchemas.has(name.slice(0, name.indexOf('.'))));
  return [...new Set(tables)].sort();
}

function getValue(map: unknown, key: string): unknown {
  return map instanceof Map ? map.get(key) : undefined;
}

function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
