/** Offsets in a text, in UTF-16 units; `end` is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export type Scalar = string | number | bigint | boolean | null;

/** A value of a YAML document with its position. Aliases are replaced by what they refer to. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

interface NodeBase {
  readonly range: TextRange;
  /** The number of nodes in it, with those that aliases add. */
  readonly size: number;
}

export interface YamlScalar extends NodeBase {
  readonly kind: 'scalar';
  readonly value: Scalar;
}

export interface YamlList extends NodeBase {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
}

export interface YamlMap extends NodeBase {
  readonly kind: 'map';
  /** Without duplicate keys; those of merge keys come last. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly keyRange: TextRange;
  readonly value: YamlNode;
  /** Comes from a merge key, so that it is written elsewhere. */
  readonly inherited: boolean;
}

/** The keys and indices from the root to a node. */
export type YamlPath = readonly (string | number)[];

/** Finds an entry of a map; undefined for other nodes. */
export function getEntry(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

export function getValue(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return getEntry(node, key)?.value;
}

export function getString(node: YamlNode | undefined, key: string): string | undefined {
  return toString(getValue(node, key));
}

/** The items of a list; none for other nodes. */
export function getItems(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

export function toString(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** Converts a node to the value that a JSON Schema validates. Repeated nodes become the same object. */
export function toPlainValue(node: YamlNode, converted = new Map<YamlNode, unknown>()): unknown {
  if (node.kind === 'scalar') {
    return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  }
  if (!converted.has(node)) {
    converted.set(
      node,
      node.kind === 'list'
        ? node.items.map((item) => toPlainValue(item, converted))
        : Object.fromEntries(node.entries.map(({ key, value }) => [key, toPlainValue(value, converted)])),
    );
  }
  return converted.get(node);
}

/** A node on the way to another one, with the entry that has it as value. */
export interface YamlStep {
  readonly node: YamlNode;
  readonly entry: YamlEntry | undefined;
}

/** Follows a path as far as possible: the root first, the last node found last. */
export function followPath(root: YamlNode, path: YamlPath): YamlStep[] {
  const steps: YamlStep[] = [{ node: root, entry: undefined }];
  for (const part of path) {
    const { node } = steps.at(-1) ?? { node: root };
    const entry = getEntry(node, String(part));
    const child = entry?.value ?? getItems(node)[Number(part)];
    if (child === undefined) {
      break;
    }
    steps.push({ node: child, entry });
  }
  return steps;
}
