import type { TextRange } from '../document/YamlNode.ts';

/** The word at the cursor, which may be empty. It is a key, a value, or the beginning of one. */
export interface Word {
  /** The position without quotes, which a completion replaces. */
  readonly range: TextRange;
  /** The position with quotes. */
  readonly quotedRange: TextRange;
  /** The quote that the cursor is behind; undefined outside of quotes. */
  readonly quote: Quote | undefined;
  /** The part of the line before the word. */
  readonly prefix: string;
  /** A space if one is missing before the word: `-` and `key:` need it, unless the word is in quotes. */
  readonly separator: string;
  /** Whether a colon follows the word. */
  readonly hasColon: boolean;
  /** The columns from the indentation of the line to the word and its separator, such as 2 after `- `. */
  readonly extraIndentation: number;
}

type Quote = '"' | "'";

/** Finds the word at an offset. Undefined in a comment. */
export function findWord(text: string, offset: number): Word | undefined {
  const lineStart = text.slice(0, offset).lastIndexOf('\n') + 1;
  const lineBefore = text.slice(lineStart, offset);
  if (/(?:^|\s)#/.test(lineBefore)) {
    return undefined;
  }
  const beginning = getBeginningOfWord(lineBefore);
  const quote = getOpenQuote(beginning);
  const start = offset - beginning.length;
  const innerStart = quote === undefined ? start : start + 1;
  const innerEnd = offset + getRestOfWord(text.slice(offset), quote).length;
  const end = quote !== undefined && text[innerEnd] === quote ? innerEnd + 1 : innerEnd;
  const prefix = text.slice(lineStart, start);
  const separator = quote === undefined && /^[\s-]*-$|:$/.test(prefix) ? ' ' : '';
  return {
    range: { start: innerStart, end: innerEnd },
    quotedRange: { start, end },
    quote,
    prefix,
    separator,
    hasColon: /^[ \t]*:/.test(text.slice(end)),
    extraIndentation: innerStart - lineStart - lineBefore.search(/\S|$/) + separator.length,
  };
}

/** The indicators of YAML that a word begins after, texts in quotes, spaces, and other text. */
const tokenPattern =
  /[[\]{},]|:(?=\s|$)|(?<=["']):|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|\s+|(?:[^[\]{},:\s]|:(?!\s|$))+/g;

/** Returns the part of the word before the cursor, with its opening quote. A word can contain spaces. */
function getBeginningOfWord(lineBefore: string): string {
  let word = '';
  for (const [token] of lineBefore.matchAll(tokenPattern)) {
    const isIndicator = /^[[\]{},:]$/.test(token) || (token === '-' && word === '');
    word = isIndicator ? '' : (word + token).trimStart();
  }
  return word;
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
