import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
  type YAMLMap,
} from 'yaml';
import { qualifyTableName } from '../model/tables.ts';

/** A larger file is not read: a megabyte takes the extension host up to a second, and nobody writes one. */
export const maxYamlLength = 2 ** 20;

/**
 * The tables that a `sequin.yaml` names for a sink, to be offered for a backfill: those that its source
 * includes, that have settings of their own, or that it was to backfill at first; without those that it
 * excludes. Sorted, as `schema.table`. Of a text with mistakes, what can be read; it never throws.
 *
 * Sequin 0.14.6, its YAML loader: a name without a dot is of `public`, the deprecated `table` is in the place
 * of `source`, and the later one of two sinks with the same name counts. Its CLI takes only the first document,
 * and puts variables into names: one with a `$` in it is left out, since nobody here knows what it becomes.
 */
export function findTablesInYaml(text: string, sinkName: string): string[] {
  // Most files are spared the parser so. Nobody writes a name with escapes, in which it would not be found.
  if (text.length > maxYamlLength || !text.includes(sinkName)) {
    return [];
  }
  try {
    return collectTables(new YamlReader(parseYaml(text)), sinkName);
  } catch {
    // Too deep for the parser's recursion or ours, or a mistake that the parser does not survive.
    return [];
  }
}

function parseYaml(text: string): Document {
  // A text of nothing but mistakes makes an error for each character. Their stacks, 100 frames long in VS Code's
  // extension host, would take most of the time and are not looked at.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    // The schema is that of YAML 1.2, whatever a `%YAML` says; `uniqueKeys` would compare each key of a map with
    // each other.
    return parseDocument(text, { schema: 'core', merge: false, prettyErrors: false, uniqueKeys: false });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function collectTables(reader: YamlReader, sinkName: string): string[] {
  const sink = reader
    .items(reader.get(reader.root, 'sinks'))
    .findLast((item) => reader.getString(reader.get(item, 'name')) === sinkName);
  const sinkField = (key: string) => reader.get(sink, key);
  const table = reader.getString(sinkField('table'));
  const sourceList = (key: string) =>
    table === undefined ? reader.getStrings(reader.get(sinkField('source'), key)) : [];
  const fieldValues = (list: unknown, key: string) =>
    reader.items(list).map((item) => reader.getString(reader.get(item, key)));

  const excludedTables = new Set(sourceList('exclude_tables').map(qualifyTableName));
  const excludedSchemas = new Set(sourceList('exclude_schemas'));
  const candidates = [
    table,
    ...sourceList('include_tables'),
    ...fieldValues(sinkField('tables'), 'name'),
    ...fieldValues(sinkField('initial_backfill'), 'table'),
  ];
  const tables = candidates
    .filter((name) => name !== undefined)
    .filter((name) => /^[^.$]+(?:\.[^$]+)?$/.test(name))
    .map(qualifyTableName)
    .filter((name) => !excludedTables.has(name) && !excludedSchemas.has(name.slice(0, name.indexOf('.'))));
  return [...new Set(tables)].sort();
}

/**
 * Looks up what a document holds, through its aliases and merge keys. It makes no values of them: the library
 * does that in time that grows with the square of their number (37 s for a megabyte, within its `maxAliasCount`),
 * takes a hundred sinks that merge one map for an attack, and gives nothing at all if one alias is wrong.
 */
class YamlReader {
  readonly root: unknown;
  readonly #aliasTargets = new Map<Alias, Node>();
  /** What was looked up before, so that each map is searched for a key only once, however often it is merged. */
  readonly #lookupCache = new Map<string, Map<YAMLMap, unknown>>();

  constructor(document: Document) {
    this.root = document.contents;
    const anchors = new Map<string, Node>();
    visit(document, {
      Alias: (_key, alias) => {
        const target = anchors.get(alias.source);
        if (target !== undefined) {
          this.#aliasTargets.set(alias, target);
        }
      },
      Value: (_key, node) => {
        if (node.anchor !== undefined) {
          anchors.set(node.anchor, node);
        }
      },
    });
  }

  /** The value of a map's key, its own or merged; of a key that is there twice the first, as Sequin's server does. */
  get(node: unknown, key: string): unknown {
    const map = this.#resolve(node);
    if (!isMap(map)) {
      return undefined;
    }
    let cache = this.#lookupCache.get(key);
    if (cache === undefined) {
      this.#lookupCache.set(key, (cache = new Map<YAMLMap, unknown>()));
    }
    if (!cache.has(map)) {
      // For a map that merges itself.
      cache.set(map, undefined);
      cache.set(map, this.#findValue(map, key));
    }
    return cache.get(map);
  }

  items(node: unknown): readonly unknown[] {
    const list = this.#resolve(node);
    return isSeq(list) ? list.items : [];
  }

  /** Undefined also for numbers, which Sequin does not take for a name. */
  getString(node: unknown): string | undefined {
    const scalar = this.#resolve(node);
    return isScalar(scalar) && typeof scalar.value === 'string' ? scalar.value : undefined;
  }

  getStrings(node: unknown): string[] {
    return this.items(node)
      .map((item) => this.getString(item))
      .filter((text) => text !== undefined);
  }

  #findValue(map: YAMLMap, key: string): unknown {
    const ownPair = map.items.find((pair) => this.getString(pair.key) === key);
    if (ownPair !== undefined) {
      return ownPair.value;
    }
    for (const pair of map.items) {
      if (this.getString(pair.key) === '<<') {
        const mergedMaps = isSeq(pair.value) ? pair.value.items : [pair.value];
        for (const source of mergedMaps) {
          const value = this.get(source, key);
          if (value !== undefined) {
            return value;
          }
        }
      }
    }
    return undefined;
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? this.#aliasTargets.get(node) : node;
  }
}
