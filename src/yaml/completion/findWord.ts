import type { TextRange } from '../document/YamlNode.ts';

/** The word at the cursor: a key, a value, or the beginning of either. It may be empty. */
export interface Word {
  /** The position of the word without its quotes. A completion replaces this range. */
  readonly range: TextRange;
  /** The position of the word with its quotes. */
  readonly quotedRange: TextRange;
  /** The opening quote before the cursor; undefined outside quotes. */
  readonly quote: Quote | undefined;
  /** The part of the line before the word. */
  readonly prefix: string;
  /** The space that YAML requires after `-` and `key:`, if it is missing and the word isn't in quotes; otherwise ''. */
  readonly separator: string;
  /** Whether a colon follows the word. */
  readonly hasColon: boolean;
  /** The number of columns between the indentation of the line and the word, including the separator: 2 after `- `. */
  readonly extraIndentation: number;
}

type Quote = '"' | "'";

/** Finds the word at an offset; undefined in a comment. */
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

/** A token: a YAML indicator after which a word begins, text in quotes, spaces, or other text. */
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

/** Returns the quote at the start of the text, unless the text also has the closing quote. */
function getOpenQuote(text: string): Quote | undefined {
  const { double, single } =
    /^(?:(?<double>")(?:[^"\\]|\\.)*|(?<single>')(?:[^']|'')*)$/.exec(text)?.groups ?? {};
  return (double ?? single) as Quote | undefined;
}

/** The rest of quoted text, if the closing quote is on the same line. */
const restInQuotes: Readonly<Record<Quote, RegExp>> = {
  '"': /^(?:[^"\\\r\n]|\\.)*(?="[ \t]*(?:[,\]}:#\r\n]|$))/,
  "'": /^(?:[^'\r\n]|'')*(?='[ \t]*(?:[,\]}:#\r\n]|$))/,
};

/** Returns the part of the word after the cursor: in quotes, up to the closing quote if there is one. */
function getRestOfWord(textAfter: string, quote: Quote | undefined): string {
  const match = quote && restInQuotes[quote].exec(textAfter);
  return (match ?? /^[\w.$-]*/.exec(textAfter))?.[0] ?? '';
}
