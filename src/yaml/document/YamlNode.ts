/** A range of text, as offsets in UTF-16 units. `end` is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export type Scalar = string | number | bigint | boolean | null;

/** A value of a YAML document with its position. Aliases are replaced by what they refer to. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

interface NodeBase {
  readonly range: TextRange;
  /** The number of nodes in the subtree, including this one. A node counts again for each of its aliases. */
  readonly size: number;
  /** The number of levels of the subtree, including this node: 1 for a scalar. */
  readonly depth: number;
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
  /** The entries, without repeated keys. Inherited entries come last. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly keyRange: TextRange;
  readonly value: YamlNode;
  /** Whether a merge key copied the entry from another map. The ranges of the entry are positions in that map. */
  readonly isInherited: boolean;
}

/** A place where a file isn't valid YAML. */
export interface SyntaxProblem {
  readonly range: TextRange;
  readonly message: string;
}

/** A parsed file. */
export interface ParsedYaml {
  /** The content of the file; undefined if the file is empty or can't be read. */
  readonly root: YamlMap | undefined;
  /** The syntax errors. If there are none, `root` has the whole content. */
  readonly problems: readonly SyntaxProblem[];
}

/** The keys and indices from the root to a node. */
export type YamlPath = readonly (string | number)[];

/** Finds the entry with a key; undefined if the map lacks the key, or if the node isn't a map. */
export function getEntry(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** Returns the value of a key; undefined if the map lacks the key, or if the node isn't a map. */
export function getValue(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return getEntry(node, key)?.value;
}

/** Returns the value of a key if it is a string; otherwise undefined. */
export function getString(node: YamlNode | undefined, key: string): string | undefined {
  return getStringValue(getValue(node, key));
}

/** The items of a list; none for other nodes. */
export function getItems(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** Returns the value of a node if it is a string; undefined for any other value, such as a number. */
export function getStringValue(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/**
 * A node on a path. `entry` is the map entry whose value the node is; it is undefined for the root and for list items.
 */
export interface YamlStep {
  readonly node: YamlNode;
  readonly entry: YamlEntry | undefined;
}

/** Returns the nodes along a path, from the root to the last one that exists. */
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

/** Where an offset is in a document. */
export interface YamlLocation {
  readonly path: YamlPath;
  /** The innermost node at the offset. If the offset is in a key, the value of that key. */
  readonly node: YamlNode;
  /** The map entry whose value the node is; undefined for a list item. */
  readonly entry: YamlEntry | undefined;
  /** Whether the offset is in the key, not in the value. */
  readonly isKey: boolean;
}

/** Finds the innermost key or value that is written at an offset; undefined if there is none. */
export function findLocation(node: YamlNode, offset: number, path: YamlPath = []): YamlLocation | undefined {
  const child = findChild(node, offset, path);
  return child?.isKey === false ? (findLocation(child.node, offset, child.path) ?? child) : child;
}

function findChild(node: YamlNode, offset: number, path: YamlPath): YamlLocation | undefined {
  if (node.kind === 'list') {
    const index = node.items.findIndex(({ range }) => contains(range, offset));
    const item = node.items[index];
    return item && { path: [...path, index], node: item, entry: undefined, isKey: false };
  }
  const ownEntries = node.kind === 'map' ? node.entries.filter(({ isInherited }) => !isInherited) : [];
  const entry = ownEntries.find(
    ({ keyRange, value }) => contains(keyRange, offset) || contains(value.range, offset),
  );
  const isKey = entry !== undefined && contains(entry.keyRange, offset);
  return entry && { path: [...path, entry.key], node: entry.value, entry, isKey };
}

/** Whether an offset is in a range or at its end. */
function contains({ start, end }: TextRange, offset: number): boolean {
  return start <= offset && offset <= end;
}
