import type { TextRange, YamlMap, YamlPath } from '../document/YamlNode.ts';
import { YamlParser } from '../document/YamlParser.ts';

/** Where the cursor is in a file, also in a line that isn't complete. */
export interface CursorContext {
  /** The map or list that the cursor is in, or the value that it is at. */
  readonly path: YamlPath;
  /** Whether a key can be at the cursor; otherwise a value. */
  readonly isKey: boolean;
  /** The word at the cursor, which a completion replaces. */
  readonly word: TextRange;
  /** The columns from the indentation of the line to the word, such as 2 after `- `. */
  readonly extraIndentation: number;
  /** The content of the file without the word. */
  readonly root: YamlMap | undefined;
  /** The key at the cursor stands for itself in the content. */
  readonly placeholder: string;
}

const placeholder = '__cursor__';

/** Finds where an offset is. Undefined in a comment and in a block of text. */
export function findCursor(
  text: string,
  offset: number,
  parser = new YamlParser(),
): CursorContext | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (/^\s*#|\s#/.test(before)) {
    return undefined;
  }
  const lines = text.slice(0, lineStart).split('\n').slice(0, -1);
  const found = findInLine(before, lines);
  const wordStart = offset - found.word.length;
  const after = /^[^\n]*/.exec(text.slice(offset))?.[0] ?? '';
  const wordEnd = offset + (/^[\w.$-]*/.exec(after)?.[0].length ?? 0);
  const inserted = found.isKey ? placeholder : '';
  const colon = found.isKey && !/^\s*:/.test(text.slice(wordEnd)) ? ':' : '';
  const content = text.slice(0, wordStart) + inserted + colon + text.slice(wordEnd);
  return {
    path: found.path,
    isKey: found.isKey,
    word: { start: wordStart, end: wordEnd },
    extraIndentation: wordStart - lineStart - (/^\s*/.exec(before)?.[0].length ?? 0),
    root: parser.parse(content).root,
    placeholder,
  };
}

interface Found {
  readonly path: YamlPath;
  readonly isKey: boolean;
  readonly word: string;
}

/** Interprets the part of a line before the cursor. */
function findInLine(before: string, lines: readonly string[]): Found {
  const all = [...lines, before].map(parseLine);
  const line = all.at(-1);
  const index = all.length - 1;
  if (line === undefined) {
    return { path: [], isKey: true, word: before.trim() };
  }
  const container = findContainer(all, index, line.keyColumn);
  if (line.key === undefined) {
    return { path: container, isKey: true, word: line.rest };
  }
  return findInFlow(line.rest, [...container, line.key]);
}

/** A map or list in brackets that isn't closed before the cursor. */
interface FlowFrame {
  readonly isMap: boolean;
  key: string | undefined;
  index: number;
}

/** Interprets the part of a value before the cursor, which may begin with brackets. */
function findInFlow(rest: string, path: YamlPath): Found {
  const frames: FlowFrame[] = [];
  let word = '';
  for (const [token] of rest.matchAll(/[[\]{},]|:(?=\s)|[^[\]{},:]+|:/g)) {
    const frame = frames.at(-1);
    if (token === '{' || token === '[') {
      frames.push({ isMap: token === '{', key: undefined, index: 0 });
      word = '';
    } else if (token === '}' || token === ']') {
      frames.pop();
      word = '';
    } else if (token === ',' && frame !== undefined) {
      frame.key = undefined;
      frame.index += 1;
      word = '';
    } else if (token === ':' && frame?.isMap === true && frame.key === undefined) {
      frame.key = word.trim();
      word = '';
    } else {
      word += token;
    }
  }
  const isKey = frames.at(-1)?.isMap === true && frames.at(-1)?.key === undefined;
  const parts = frames.map(({ isMap, key, index }) => (isMap ? key : index));
  return {
    path: [...path, ...parts.filter((part) => part !== undefined)],
    isKey,
    word: word.trimStart().replace(/^["']/, ''),
  };
}

/** A line of a block, such as `  - name: orders`. */
interface BlockLine {
  /** The column of the dash of a list item. */
  readonly dashColumn: number | undefined;
  /** The column of what follows the indentation and the dash. */
  readonly keyColumn: number;
  readonly key: string | undefined;
  /** What follows the key, or the dash if there is no key. */
  readonly rest: string;
}

/** Undefined for a blank line or a comment. The last line is never ignored. */
function parseLine(text: string, index: number, all: readonly string[]): BlockLine | undefined {
  if (index < all.length - 1 && /^\s*(?:#|$)/.test(text)) {
    return undefined;
  }
  const [, indentation = '', dash = '', key, rest = ''] =
    /^(\s*)(-\s+|-$)?(?:["']?([\w.-]+)["']?\s*:(?=\s|$)\s*)?(.*)$/.exec(text) ?? [];
  return {
    dashColumn: dash === '' ? undefined : indentation.length,
    keyColumn: indentation.length + dash.length,
    key,
    rest,
  };
}

type Lines = readonly (BlockLine | undefined)[];

/** The path of the map that has a key at a column of a line, or of the list whose item is there. */
function findContainer(lines: Lines, index: number, column: number): YamlPath {
  const line = lines[index];
  if (line?.dashColumn !== undefined && line.dashColumn < column) {
    return findItem(lines, index, line.dashColumn);
  }
  for (let above = index - 1; above >= 0; above -= 1) {
    const other = lines[above];
    if (other === undefined || other.keyColumn > column) {
      continue;
    }
    if (other.keyColumn < column) {
      return other.key === undefined ? [] : [...findContainer(lines, above, other.keyColumn), other.key];
    }
    if (other.dashColumn !== undefined) {
      return findItem(lines, above, other.dashColumn);
    }
  }
  return [];
}

/** The path of a list item with a dash at a column of a line. */
function findItem(lines: Lines, index: number, dashColumn: number): YamlPath {
  let position = 0;
  for (let above = index - 1; above >= 0; above -= 1) {
    const other = lines[above];
    if (other?.dashColumn === dashColumn) {
      position += 1;
    } else if (other?.key !== undefined && other.keyColumn <= dashColumn) {
      return [...findContainer(lines, above, other.keyColumn), other.key, position];
    }
  }
  return [];
}
