import {
  getEntry,
  getItems,
  getString,
  getValue,
  type TextRange,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
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

/** The kind that each section defines. `transforms` is an alias of `functions`. */
export const kindsOfSections: ReadonlyMap<string, SymbolKind> = new Map([
  ['databases', 'database'],
  ['change_retentions', 'changeRetention'],
  ['http_endpoints', 'httpEndpoint'],
  ['functions', 'function'],
  ['transforms', 'function'],
  ['sinks', 'sink'],
]);

/** The keys of a sink that refer to a function. */
export const functionKeys = ['filter', 'transform', 'enrichment', 'routing'] as const;

/** The type of a function, which is in a nested map in the deprecated form. */
export function getFunctionType(node: YamlNode): string | undefined {
  return getString(getValue(node, 'function') ?? getValue(node, 'transform') ?? node, 'type');
}

/** Collects the names in a file. Ignores names with a variable, whose value is unknown. */
export function collectSymbols(root: YamlMap): YamlSymbols {
  const definitions = [...kindsOfSections].flatMap(([key, kind]) =>
    getItems(getValue(root, key)).flatMap((node) => {
      const entry = getEntry(node, 'name');
      const name = getString(node, 'name');
      return node.kind !== 'map' || entry === undefined || entry.inherited || !isName(name)
        ? []
        : [{ kind, name, range: entry.value.range, node }];
    }),
  );
  const references = [
    ...getItems(getValue(root, 'sinks')).flatMap(collectSinkReferences),
    ...getItems(getValue(root, 'change_retentions')).flatMap((owner) => [
      ...createReference('database', getEntry(owner, 'source_database'), owner),
      ...createReference('database', getEntry(owner, 'destination_database'), owner),
    ]),
  ];
  return { definitions, references };
}

function collectSinkReferences(sink: YamlNode): SymbolReference[] {
  const destination = getValue(sink, 'destination');
  const isWebhook = getString(destination, 'type') === 'webhook';
  return [
    ...createReference('database', getEntry(sink, 'database'), sink),
    ...createReference('httpEndpoint', isWebhook ? getEntry(destination, 'http_endpoint') : undefined, sink),
    ...functionKeys.flatMap((key) => createReference('function', getEntry(sink, key), sink)),
  ];
}

function createReference(
  kind: ReferenceKind,
  entry: YamlEntry | undefined,
  owner: YamlNode,
): SymbolReference[] {
  const name = entry?.value.kind === 'scalar' ? entry.value.value : undefined;
  return entry === undefined || !isName(name) || (kind === 'function' && name === 'none')
    ? []
    : [{ kind, name, range: entry.value.range, key: entry.key, owner }];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('$');
}

/** Finds the name at an offset, in a definition or a reference; undefined if there is none. */
export function findSymbolAt(
  { definitions, references }: YamlSymbols,
  offset: number,
): Pick<SymbolDefinition, 'kind' | 'name' | 'range'> | undefined {
  return [...definitions, ...references].find(({ range }) => range.start <= offset && offset <= range.end);
}

/** Finds the positions of a name: in its definitions and in the references to it. */
export function findOccurrences(
  { definitions, references }: YamlSymbols,
  { kind, name }: Pick<SymbolDefinition, 'kind' | 'name'>,
): { readonly definitions: readonly TextRange[]; readonly references: readonly TextRange[] } {
  const listRanges = (symbols: readonly Pick<SymbolDefinition, 'kind' | 'name' | 'range'>[]): TextRange[] =>
    symbols.filter((symbol) => symbol.kind === kind && symbol.name === name).map(({ range }) => range);
  // Through aliases and merge keys, several symbols can be at the same position.
  const defined = new Map(listRanges(definitions).map((range) => [range.start, range]));
  const used = new Map(listRanges(references).map((range) => [range.start, range]));
  return {
    definitions: [...defined.values()],
    references: [...used.values()].filter(({ start }) => !defined.has(start)),
  };
}
