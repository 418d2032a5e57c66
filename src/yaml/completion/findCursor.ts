import {
  findLocation,
  followPath,
  getStringValue,
  type ParsedYaml,
  type YamlMap,
  type YamlPath,
} from '../document/YamlNode.ts';
import { YamlParser } from '../document/YamlParser.ts';
import { findWord, type Word } from './findWord.ts';

/** Where the cursor is in a file, even in an incomplete line. */
export interface Cursor extends Word, Place {}

interface Place {
  /** The path of the map or list that the cursor is in or, if `isKey` is false, of the value at the cursor. */
  readonly path: YamlPath;
  /** Whether a key or a list item can be at the cursor; if not, a value can be there. */
  readonly isKey: boolean;
  /** Whether the cursor is in brackets or braces. */
  readonly isInFlow: boolean;
  /** The content of the file with {@link cursorMarker} in place of the word. */
  readonly root: YamlMap;
}

/**
 * Replaces the word at the cursor while the file is parsed. The dollar sign makes it look like a variable, so it
 * doesn't count as a name.
 */
export const cursorMarker = 'cursor$';

/** Finds where the cursor is. Returns undefined in a comment, in a block scalar, and where a word would be invalid. */
export function findCursor(text: string, offset: number, parser = new YamlParser()): Cursor | undefined {
  const word = findWord(text, offset);
  if (word === undefined) {
    return undefined;
  }
  const { prefix, separator, quotedRange, hasColon } = word;
  const parseWith = (replacement: string): ParsedContent => {
    const content = text.slice(0, quotedRange.start) + separator + replacement + text.slice(quotedRange.end);
    return { content, ...parser.parse(content) };
  };
  // At the start of a line, YAML would join a word that has no colon with the next line.
  const key = hasColon || !/^[\s-]*$/.test(prefix) ? cursorMarker : `${cursorMarker}:`;
  const replacements = prefix.trim() === '' ? [key, `- ${key}`] : [key];
  const [best] = replacements.map(parseWith).sort((a, b) => a.problems.length - b.problems.length);
  const problemCount = best?.problems.length ?? 0;
  // Other parts of the file may be invalid, so only problems that the word adds count.
  const isValid = problemCount === 0 || problemCount <= parseWith('').problems.length;
  const place = best && isValid ? findMarker(best, quotedRange.start) : undefined;
  return place && { ...word, ...place };
}

interface ParsedContent extends ParsedYaml {
  readonly content: string;
}

/** Finds the marker, which is a key, a value, or a key in a list item that begins at `start`. */
function findMarker({ content, root }: ParsedContent, start: number): Place | undefined {
  const location = root && findLocation(root, content.indexOf(cursorMarker, start) + 1);
  if (root === undefined || location === undefined) {
    return undefined;
  }
  const { isKey, path, entry, node } = location;
  // A key may contain more than the marker, because YAML joins the marker with an incomplete line above.
  const isFound = isKey ? entry?.key.endsWith(cursorMarker) : getStringValue(node) === cursorMarker;
  const isItem = content.startsWith('- ', start);
  const steps = followPath(root, path);
  return isFound === true
    ? {
        path: isKey ? path.slice(0, isItem ? -2 : -1) : path,
        isKey,
        isInFlow: steps.some((step) => /[[{]/.test(content.charAt(step.node.range.start))),
        root,
      }
    : undefined;
}
