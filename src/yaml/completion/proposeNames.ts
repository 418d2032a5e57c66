import { qualifyTableName } from '../../model/tables.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { collectSymbols, getFunctionType, getReferenceKind, isName } from '../document/symbols.ts';
import { getItems, getStringValue, getValue, type YamlMap, type YamlNode } from '../document/YamlNode.ts';
import { type Completion, escapeSnippet } from './Completion.ts';
import type { Cursor } from './findCursor.ts';
import { formatValue } from './proposeValues.ts';

/** The names that the connected server reports. */
export interface ServerNames {
  /** In the form `schema.table`. */
  readonly tables: readonly string[];
  readonly databases: readonly string[];
}

/** Proposes the names that a key can refer to. */
export function proposeReferences({ root, path, quote }: Cursor, { databases }: ServerNames): Completion[] {
  const kind = getReferenceKind(path);
  if (kind === undefined) {
    return [];
  }
  const names = collectSymbols(root)
    .definitions.filter((definition) => definition.kind === kind)
    .filter(({ node }) => kind !== 'function' || fitsFunctionKey(String(path.at(-1)), node))
    .map(({ name }) => name);
  const otherNames = kind === 'database' ? databases : kind === 'function' ? ['none'] : [];
  return proposeNames([...names, ...otherNames], 'name', quote);
}

function fitsFunctionKey(key: string, node: YamlNode): boolean {
  const type = getFunctionType(node);
  return key === 'transform' ? type === 'transform' || type === 'path' : type === key;
}

function proposeNames(
  names: readonly string[],
  kind: 'name' | 'table',
  quote: Cursor['quote'],
): Completion[] {
  return [...new Set(names)].map((name, rank) => ({
    label: toDisplayText(name),
    kind,
    insertText: escapeSnippet(formatValue(name, quote)),
    rank,
  }));
}

/**
 * Proposes the tables that the file mentions or the server reports. For `include_schemas` and `exclude_schemas`,
 * proposes the Postgres schemas of these tables instead.
 */
export function proposeTables({ root, path, quote }: Cursor, { tables }: ServerNames): Completion[] {
  const keys = path.filter((part) => typeof part === 'string').join('.');
  const isTable =
    /^sinks\.(?:source\.(?:include|exclude)_tables|tables\.name|initial_backfill\.table|table)$/.test(keys);
  const isSchema = /^sinks\.source\.(?:include|exclude)_schemas$/.test(keys);
  if (!isTable && !isSchema) {
    return [];
  }
  const names = [...listTables(root), ...tables].sort();
  return proposeNames(
    isTable ? names : names.map((name) => name.slice(0, name.indexOf('.'))),
    'table',
    quote,
  );
}

/** The tables that the sinks in a file mention, in the form `schema.table`. */
function listTables(root: YamlMap): string[] {
  return getItems(getValue(root, 'sinks')).flatMap((sink) => {
    const source = getValue(sink, 'source');
    const nodes = [
      getValue(sink, 'table'),
      ...getItems(getValue(source, 'include_tables')),
      ...getItems(getValue(source, 'exclude_tables')),
      ...getItems(getValue(sink, 'tables')).map((item) => getValue(item, 'name')),
      ...getItems(getValue(sink, 'initial_backfill')).map((item) => getValue(item, 'table')),
    ];
    return nodes.map(getStringValue).filter(isName).map(qualifyTableName);
  });
}
