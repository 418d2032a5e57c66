import * as l10n from '@vscode/l10n';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar as ParsedScalar,
  type YAMLMap,
} from 'yaml';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { YamlChunk } from './splitYaml.ts';
import {
  getItems,
  type ParsedYaml,
  type Scalar,
  type SyntaxProblem,
  type TextRange,
  type YamlEntry,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from './YamlNode.ts';

/** The maximum number of nodes, and of entries that merge keys copy or skip. */
const maxSize = 500_000;

/** The maximum number of levels of nodes. Deeper trees would exhaust the stack. */
const maxDepth = 100;

/** Builds one tree from the parts of a file. */
export class TreeBuilder {
  readonly #text: string;
  /** The parsed parts, by their text. */
  readonly #documents: ReadonlyMap<string, Document | undefined>;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #problems: SyntaxProblem[] = [];
  /** The entries of the root. {@link build} adds the merged ones last. */
  readonly #entries = new Map<string, YamlEntry>();
  /** The parts of each list that is split, by the key of the list. Each part has some of the items. */
  readonly #splitLists = new Map<string, YamlNode[]>();
  /** The values of the merge keys of the root. */
  readonly #merged: YamlNode[] = [];
  #isRootMap = true;
  #offset = 0;
  /** The level of the node that is being built, within its part of the file. */
  #depth = 0;
  /** The number of entries that merge keys have copied or skipped. */
  #mergedCount = 0;

  constructor(text: string, documents: ReadonlyMap<string, Document | undefined>) {
    this.#text = text;
    this.#documents = documents;
  }

  build(chunks: readonly YamlChunk[]): ParsedYaml {
    try {
      for (const chunk of chunks) {
        this.#addChunk(chunk);
      }
      this.#addMergedEntries(this.#merged, this.#entries);
      const entries = [...this.#entries.values()].map((entry) => this.#joinLists(entry));
      const root = createMap(entries, { start: 0, end: this.#text.length });
      return { root: this.#isRootMap ? root : undefined, problems: this.#problems };
    } catch (error) {
      if (error instanceof TooComplexError) {
        return { root: undefined, problems: this.#problems };
      }
      throw error;
    }
  }

  /** Adds the content of a part of the file to the root. */
  #addChunk({ text, offset, listKey }: YamlChunk): void {
    const document = this.#documents.get(text);
    if (document === undefined) {
      throw new TooComplexError();
    }
    this.#offset = offset;
    const { contents } = document;
    const [error] = document.errors;
    if (error !== undefined) {
      this.#addProblem(toRange(error.pos, offset), l10n.t('Invalid YAML: {0}', toDisplayText(error.message)));
    }
    if (listKey !== undefined && isSeq(contents)) {
      const parts = this.#splitLists.get(listKey) ?? [];
      this.#splitLists.set(listKey, parts);
      parts.push(this.#build(contents));
    } else if (isMap<Node, Node | null>(contents)) {
      this.#merged.push(...this.#readEntries(contents, this.#entries));
    } else if (contents !== null) {
      this.#isRootMap = false;
      if (error === undefined) {
        const { start, end } = this.#rangeOf(contents);
        const lineEnd = start + this.#text.slice(start, end).search(/\r?\n|$/);
        this.#addProblem({ start, end: lineEnd }, l10n.t('The file isn’t a YAML map.'));
      }
    }
  }

  #joinLists(entry: YamlEntry): YamlEntry {
    const parts = this.#splitLists.get(entry.key) ?? [];
    const [first, last] = [parts[0], parts.at(-1)];
    return first === undefined || last === undefined
      ? entry
      : {
          ...entry,
          value: createList(parts.flatMap(getItems), { start: first.range.start, end: last.range.end }),
        };
  }

  #build(node: Node | Pair | null | undefined): YamlNode {
    if (isAlias(node)) {
      return this.#findAnchor(node.source, this.#rangeOf(node));
    }
    assertDepth(++this.#depth);
    const built = this.#buildContent(node);
    this.#depth -= 1;
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, built);
    }
    return built;
  }

  #buildContent(node: Node | Pair | null | undefined): YamlNode {
    const range = this.#rangeOf(node);
    if (isSeq<Node | null>(node)) {
      return createList(
        node.items.map((item) => this.#build(item)),
        range,
      );
    }
    if (isMap<Node, Node | null>(node)) {
      const entries = new Map<string, YamlEntry>();
      this.#addMergedEntries(this.#readEntries(node, entries), entries);
      return createMap([...entries.values()], range);
    }
    return createScalar(isScalar(node) ? toScalar(node) : null, range);
  }

  /** Adds the entries of a map to `entries`, except for its merge keys. Returns the values of the merge keys. */
  #readEntries(map: YAMLMap<Node, Node | null>, entries: Map<string, YamlEntry>): YamlNode[] {
    const merged: YamlNode[] = [];
    for (const { key, value } of map.items) {
      const keyRange = this.#rangeOf(key);
      const name = this.#readKey(key, keyRange);
      const end = { start: keyRange.end, end: keyRange.end };
      const node = value === null ? createScalar(null, end) : this.#build(value);
      if (name === '<<') {
        const maps = node.kind === 'list' ? node.items : [node];
        // Null is an incomplete value, or an alias whose anchor is missing.
        if (maps.some((each) => each.kind !== 'map' && !(each.kind === 'scalar' && each.value === null))) {
          this.#addProblem(keyRange, l10n.t('A merge key requires a map, or a list of maps.'));
        }
        merged.push(...maps);
      } else if (entries.has(name)) {
        this.#addProblem(keyRange, l10n.t('The key "{0}" occurs twice.', toDisplayText(name)));
      } else {
        entries.set(name, { key: name, keyRange, value: node, isInherited: false });
      }
    }
    return merged;
  }

  /** Returns the name of a key. If the key is a list or a map, its name is its source text. */
  #readKey(key: Node, { start, end }: TextRange): string {
    // Doesn't create a node, because a node for each key would add a tenth to the time of a check.
    if (isScalar(key) && key.anchor === undefined) {
      return String(key.value);
    }
    const node = this.#build(key);
    return node.kind === 'scalar' ? String(node.value) : this.#text.slice(start, end);
  }

  /**
   * Copies the entries of merged maps to `entries`, except for entries whose keys are already there. Before the call,
   * `entries` must have all of the map's own entries.
   */
  #addMergedEntries(merged: readonly YamlNode[], entries: Map<string, YamlEntry>): void {
    for (const node of new Set(merged)) {
      const mergedEntries = node.kind === 'map' ? node.entries : [];
      // If each of many maps merges the previous one, the number of copies grows with the square of the file's length.
      this.#mergedCount += mergedEntries.length;
      assertSize(this.#mergedCount);
      for (const entry of mergedEntries) {
        if (!entries.has(entry.key)) {
          entries.set(entry.key, { ...entry, isInherited: true });
        }
      }
    }
  }

  #findAnchor(name: string, range: TextRange): YamlNode {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      this.#addProblem(range, l10n.t('The anchor "{0}" isn’t defined before its use.', toDisplayText(name)));
      return createScalar(null, range);
    }
    return target;
  }

  #rangeOf(node: Node | Pair | null | undefined): TextRange {
    const range = node !== null && node !== undefined && 'range' in node ? node.range : undefined;
    const { start, end } = toRange(range ?? [0, 0], this.#offset);
    // The library's range of a block includes the line feed of the last line.
    return { start, end: start + this.#text.slice(start, end).trimEnd().length };
  }

  #addProblem(range: TextRange, message: string): void {
    this.#problems.push({ range, message });
  }
}

class TooComplexError extends Error {}

function assertSize(size: number): void {
  if (size > maxSize) {
    throw new TooComplexError();
  }
}

function assertDepth(depth: number): void {
  if (depth > maxDepth) {
    throw new TooComplexError();
  }
}

function createScalar(value: Scalar, range: TextRange): YamlScalar {
  return { kind: 'scalar', value, range, size: 1, depth: 1 };
}

function createList(items: readonly YamlNode[], range: TextRange): YamlList {
  return { kind: 'list', items, range, ...measure(items) };
}

function createMap(entries: readonly YamlEntry[], range: TextRange): YamlMap {
  return { kind: 'map', entries, range, ...measure(entries.map(({ value }) => value)) };
}

/** Measures a node with these children. Aliases to aliases can multiply the size and the depth of the node. */
function measure(children: readonly YamlNode[]): Pick<YamlNode, 'size' | 'depth'> {
  let size = 1;
  let depth = 1;
  for (const child of children) {
    size += child.size;
    depth = Math.max(depth, child.depth + 1);
  }
  assertSize(size);
  assertDepth(depth);
  return { size, depth };
}

function toRange([start = 0, end = start]: readonly number[], offset: number): TextRange {
  return { start: offset + start, end: offset + end };
}

function toScalar({ value, source = '' }: ParsedScalar): Scalar {
  switch (typeof value) {
    case 'number':
      // A number with so many digits would be rounded, for example the ID at which a backfill starts.
      return /^[-+]?\d{16,}$/.test(source) ? BigInt(source) : value;
    case 'string':
    case 'bigint':
    case 'boolean':
      return value;
    default:
      return null;
  }
}
