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

/** Larger files are ignored: parsing a megabyte blocks the extension host for up to a second, and none is that large. */
export const maxYamlLength = 2 ** 20;

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
    return collectTables(new YamlReader(parseYaml(text)), sinkName);
  } catch {
    // Nested too deeply, or an error that makes the parser throw.
    return [];
  }
}

function parseYaml(text: string): Document {
  // A text can cause one error per character. Their stack traces, 100 frames in VS Code's extension host, would take
  // most of the time and aren't used.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    // The schema is that of YAML 1.2, even if a `%YAML` directive differs. `uniqueKeys` would compare each key of a
    // map with every other key.
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
 * Looks up nodes of a document, and resolves aliases and merge keys only when needed. The library's own conversion to
 * values takes quadratic time (37 s for a megabyte, within its `maxAliasCount`), rejects a hundred sinks that merge
 * one map as an attack, and fails as a whole if one alias is invalid.
 */
class YamlReader {
  readonly root: unknown;
  readonly #aliasTargets = new Map<Alias, Node>();
  /** Results by key and map, so that each map is searched for a key only once, however often it is merged. */
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

  /** The value of a map's key, own or merged. The first of two duplicate keys is used, as in Sequin's server. */
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
      // Ends the recursion if a map merges itself.
      cache.set(map, undefined);
      cache.set(map, this.#findValue(map, key));
    }
    return cache.get(map);
  }

  items(node: unknown): readonly unknown[] {
    const list = this.#resolve(node);
    return isSeq(list) ? list.items : [];
  }

  /** The text of a scalar; undefined also for numbers, which Sequin doesn't accept as names. */
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
