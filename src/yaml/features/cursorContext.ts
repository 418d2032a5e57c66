import type { TextRange, YamlMap, YamlPath } from '../document/YamlNode.ts';
import { YamlParser } from '../document/YamlParser.ts';

/** Where the cursor is in a file, also in a line that isn't complete. */
export interface CursorContext {
  /** The map or list that the cursor is in, or the value that it is at. */
  readonly path: YamlPath;
  /** Whether a key can be at the cursor; otherwise a value. */
  readonly isKey: boolean;
  /** The word at the cursor, without its quotes, which a completion replaces. */
  readonly word: TextRange;
  /** The quote that the cursor is behind; undefined outside of quotes. */
  readonly quote: Quote | undefined;
  /** Whether the cursor is in brackets or braces. */
  readonly isInFlow: boolean;
  /** A space if one is missing before the word: `-` and `key:` need it, unless the word is in quotes. */
  readonly separator: string;
  /** Whether a colon follows the word. */
  readonly hasColon: boolean;
  /** The columns from the indentation of the line to the word and its separator, such as 2 after `- `. */
  readonly extraIndentation: number;
  /** The content of the file with {@link cursorKey} in place of a key, and without a value, at the cursor. */
  readonly root: YamlMap | undefined;
}

type Quote = '"' | "'";

/** Stands for the key at the cursor. */
export const cursorKey = '__cursor__';

/** Finds where an offset is. Undefined in a comment and in a block of text. */
export function findCursor(
  text: string,
  offset: number,
  parser = new YamlParser(),
): CursorContext | undefined {
  const lineStart = text.slice(0, offset).lastIndexOf('\n') + 1;
  const before = text.slice(lineStart, offset);
  if (/^\s*#|\s#/.test(before)) {
    return undefined;
  }
  const linesAbove = text.slice(0, lineStart).split(/\r?\n/).slice(0, -1);
  const line = parseLine(before);
  const lines = [...linesAbove.map((each) => (/^\s*(?:#|$)/.test(each) ? undefined : parseLine(each))), line];
  const position = isInText(lines) ? undefined : findInLine(line, lines);
  if (position === undefined) {
    return undefined;
  }
  const quote = getOpenQuote(position.word);
  const start = offset - position.word.length;
  const separator = quote === undefined && /^\s*-$|:$/.test(text.slice(lineStart, start)) ? ' ' : '';
  const wordStart = quote === undefined ? start : start + 1;
  const wordEnd = offset + getRestOfWord(text.slice(offset), quote).length;
  const end = quote !== undefined && text[wordEnd] === quote ? wordEnd + 1 : wordEnd;
  const hasColon = /^[ \t]*:/.test(text.slice(end));
  const inserted = position.isKey ? separator + cursorKey + (hasColon ? '' : ':') : '';
  const content = text.slice(0, start) + inserted + text.slice(end);
  return {
    ...position,
    word: { start: wordStart, end: wordEnd },
    quote,
    separator,
    hasColon,
    extraIndentation: wordStart - lineStart - (/^\s*/.exec(before)?.[0].length ?? 0) + separator.length,
    root: parser.parse(content).root,
  };
}

/** Returns the quote with which a text begins, unless the text also ends the quotes. */
function getOpenQuote(text: string): Quote | undefined {
  const { double, single } =
    /^(?:(?<double>")(?:[^"\\]|\\.)*|(?<single>')(?:[^']|'')*)$/.exec(text)?.groups ?? {};
  return (double ?? single) as Quote | undefined;
}

/** The rest of a text in quotes, if the closing quote is in the same line. */
const restInQuotes: Readonly<Record<Quote, RegExp>> = {
  '"': /^(?:[^"\\\r\n]|\\.)*(?="[ \t]*(?:[,\]}:#\r\n]|$))/,
  "'": /^(?:[^'\r\n]|'')*(?='[ \t]*(?:[,\]}:#\r\n]|$))/,
};

/** Returns the part of the word after the cursor: in quotes, up to the closing quote if there is one. */
function getRestOfWord(textAfter: string, quote: Quote | undefined): string {
  const match = quote && restInQuotes[quote].exec(textAfter);
  return (match ?? /^[\w.$-]*/.exec(textAfter))?.[0] ?? '';
}

/** Where the cursor is according to its line and the lines above. */
interface CursorPosition extends Pick<CursorContext, 'path' | 'isKey' | 'isInFlow'> {
  /** The part of the word before the cursor, with its opening quote. */
  readonly word: string;
}

/** Interprets the part of a line before the cursor. Undefined in a map or list that is in brackets of another line. */
function findInLine(line: BlockLine, lines: Lines): CursorPosition | undefined {
  const container = findContainer(lines, lines.length - 1, line.keyColumn);
  if (container === undefined) {
    return undefined;
  }
  if (line.key === undefined && !/^[[{]/.test(line.rest)) {
    return { path: container, isKey: true, isInFlow: false, word: line.rest };
  }
  return findInFlow(line.rest, line.key === undefined ? container : [...container, line.key]);
}

/** A map or list in brackets that isn't closed before the cursor. */
interface FlowFrame {
  readonly isMap: boolean;
  key: string | undefined;
  index: number;
}

/** Interprets the part of a value before the cursor, which may begin with brackets. */
function findInFlow(rest: string, path: YamlPath): CursorPosition {
  const frames: FlowFrame[] = [];
  let word = '';
  for (const [token] of rest.matchAll(/[[\]{},:]|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|\s+|[^[\]{},:\s]+/g)) {
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
      frame.key = word.trim().replaceAll(/^["']|["']$/g, '');
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
    isInFlow: frames.length > 0,
    word: word.trimStart(),
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

function parseLine(text: string): BlockLine {
  const [, indentation = '', dash = '', key, rest = ''] =
    /^(\s*)(-\s+|-$)?(?:["']?([\w.-]+)["']?\s*:(?=\s|$)\s*)?(.*)$/.exec(text) ?? [];
  return {
    dashColumn: dash === '' ? undefined : indentation.length,
    keyColumn: indentation.length + dash.length,
    key,
    rest,
  };
}

/** The lines up to the cursor. Undefined for a blank line or a comment. */
type Lines = readonly (BlockLine | undefined)[];

/** Whether the last line belongs to a block of text, such as the value of `code: |`. */
function isInText(lines: Lines): boolean {
  const [last, ...above] = lines.filter((line) => line !== undefined).toReversed();
  let column = last === undefined ? 0 : getIndentation(last);
  for (const line of above) {
    const ownerColumn = line.key === undefined ? getIndentation(line) : line.keyColumn;
    if (ownerColumn < column) {
      if (/^(?:[&!]\S*\s+)*[|>][-+\d]*\s*(?:#.*)?$/.test(line.rest)) {
        return true;
      }
      column = getIndentation(line);
    }
  }
  return false;
}

function getIndentation({ dashColumn, keyColumn }: BlockLine): number {
  return dashColumn ?? keyColumn;
}

/**
 * The path of the map that has a key at a column of a line, or of the list whose item is there. Undefined if it begins
 * with neither a key nor a dash.
 */
function findContainer(lines: Lines, index: number, column: number): YamlPath | undefined {
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
      if (other.key !== undefined) {
        return append(findContainer(lines, above, other.keyColumn), other.key);
      }
      return other.rest === '' && other.dashColumn !== undefined
        ? findItem(lines, above, other.dashColumn)
        : undefined;
    }
    if (other.dashColumn !== undefined) {
      return findItem(lines, above, other.dashColumn);
    }
  }
  return [];
}

/** The path of a list item with a dash at a column of a line. */
function findItem(lines: Lines, index: number, dashColumn: number): YamlPath | undefined {
  let position = 0;
  for (let above = index - 1; above >= 0; above -= 1) {
    const other = lines[above];
    if (other?.dashColumn === dashColumn) {
      position += 1;
    } else if (other?.key !== undefined && other.keyColumn <= dashColumn) {
      return append(findContainer(lines, above, other.keyColumn), other.key, position);
    }
  }
  return undefined;
}

function append(path: YamlPath | undefined, ...parts: YamlPath): YamlPath | undefined {
  return path && [...path, ...parts];
}
