import {
  followPath,
  getEntry,
  getItems,
  getString,
  getStringValue,
  getValue,
  type TextRange,
  type YamlMap,
  type YamlNode,
  type YamlPath,
} from './YamlNode.ts';

/** The kinds of entries that sinks and change retentions refer to by name. */
type ReferenceKind = 'database' | 'httpEndpoint' | 'function';

/** The kinds of entries that have a name. */
export type SymbolKind = ReferenceKind | 'sink' | 'changeRetention';

export interface SymbolDefinition {
  readonly kind: SymbolKind;
  readonly name: string;
  /** The position of the name. */
  readonly range: TextRange;
  readonly node: YamlMap;
}

export interface SymbolReference {
  readonly kind: ReferenceKind;
  readonly name: string;
  readonly range: TextRange;
  /** The key whose value the reference is, such as `filter`. */
  readonly key: string;
  /** The sink or change retention with the reference. */
  readonly owner: YamlNode;
}

/** The names in a file and their uses. */
export interface YamlSymbols {
  readonly definitions: readonly SymbolDefinition[];
  readonly references: readonly SymbolReference[];
}

/** The kind of the entries in each section. `transforms` is an alias of `functions`. */
export const symbolKindsBySection: ReadonlyMap<string, SymbolKind> = new Map([
  ['databases', 'database'],
  ['change_retentions', 'changeRetention'],
  ['http_endpoints', 'httpEndpoint'],
  ['functions', 'function'],
  ['transforms', 'function'],
  ['sinks', 'sink'],
]);

/** The kinds that entries of a section refer to, by section and by the path of the key in an entry. */
const referenceKinds: Readonly<Record<string, Readonly<Record<string, ReferenceKind>>>> = {
  sinks: {
    database: 'database',
    'destination.http_endpoint': 'httpEndpoint',
    filter: 'function',
    transform: 'function',
    enrichment: 'function',
    routing: 'function',
  },
  change_retentions: { source_database: 'database', destination_database: 'database' },
};

/** The kind of entry that the value at a path refers to by name; undefined if the value isn't a reference. */
export function getReferenceKind([section, , ...keys]: YamlPath): ReferenceKind | undefined {
  const kinds = new Map(Object.entries(referenceKinds[String(section)] ?? {}));
  return kinds.get(keys.join('.'));
}

/** The type of a function. In the deprecated form of a function, the type is in a nested map. */
export function getFunctionType(node: YamlNode): string | undefined {
  return getString(getValue(node, 'function') ?? getValue(node, 'transform') ?? node, 'type');
}

/** Collects the names in a file. Ignores names with a variable, because its value is unknown. */
export function collectSymbols(root: YamlMap): YamlSymbols {
  const definitions = [...symbolKindsBySection].flatMap(([key, kind]) =>
    getItems(getValue(root, key)).flatMap((node) => {
      const entry = getEntry(node, 'name');
      const name = getString(node, 'name');
      return node.kind !== 'map' || entry === undefined || entry.isInherited || !isName(name)
        ? []
        : [{ kind, name, range: entry.value.range, node }];
    }),
  );
  const references = Object.entries(referenceKinds).flatMap(([section, kinds]) =>
    getItems(getValue(root, section)).flatMap((owner) =>
      Object.entries(kinds).flatMap(([path, kind]) => findReference(kind, owner, path.split('.'))),
    ),
  );
  return { definitions, references };
}

function findReference(kind: ReferenceKind, owner: YamlNode, path: readonly string[]): SymbolReference[] {
  const { entry, node } = followPath(owner, path)[path.length] ?? {};
  const name = getStringValue(node);
  const type = getString(getValue(owner, 'destination'), 'type');
  // Only a webhook uses an HTTP endpoint.
  const isUsed = kind !== 'httpEndpoint' || !isName(type) || type === 'webhook';
  return entry === undefined || !isUsed || !isName(name) || (kind === 'function' && name === 'none')
    ? []
    : [{ kind, name, range: entry.value.range, key: entry.key, owner }];
}

/**
 * Whether a value is a name: a string that isn't empty and has no variable, because the value of a variable is unknown.
 */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('$');
}
