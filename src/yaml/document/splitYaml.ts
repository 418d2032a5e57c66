/** A part of a file that can be parsed on its own. */
export interface YamlChunk {
  readonly text: string;
  /** The offset of the text in the file. */
  readonly offset: number;
  /** If the part is an item of a top-level list, the key of that list; otherwise undefined. */
  readonly listKey?: string;
}

// In these patterns, `(?<![^\n])` is the start of a line. With the flag `m`, `^` would also match after U+2028, which
// doesn't end a line in YAML 1.2.

/** A key that begins a top-level entry. */
const topLevelKey =
  /(?<![^\n])(?:[&!]\S*[^\S\n]+)*(?:<<[^\S\n]*|-*[\p{L}\w.](?:[^:#\n]|:(?=\S)|(?<=\S)#)*|"(?:[^"\\\n]|\\.)*"[^\S\n]*|'(?:[^'\n]|'')*'[^\S\n]*):(?=\s|$)/gu;

/** The start of an explicit entry, whose key follows a `?` and whose value follows a colon at the start of a line. */
const explicitEntry = /(?<![^\n])[?:](?=\s|$)/;

/** A top-level key whose value is a list that begins on a line below the key. */
const listStart = /^([\w.-]+)\s*:[^\S\n]*(?:#[^\n]*)?\n(?:[^\S\n]*(?:#[^\n]*)?\n)*( *)-(?=\s|$)/;

const documentMarker = /(?<![^\n])(?:---|\.\.\.)(?=\s|$)/;

/**
 * Splits the first document of a file into its top-level entries, and lists in these entries into their items, so that
 * a change affects only a small part. Doesn't split a document that doesn't begin with a top-level key, such as JSON.
 */
export function splitYaml(text: string): YamlChunk[] {
  const document = takeFirstDocument(text);
  const contentStart = document.text.search(/(?<![^\n])[^\S\n]*[^\s#]/);
  if (contentStart < 0) {
    return [];
  }
  return document.text.search(topLevelKey) === contentStart
    ? splitBefore(document, topLevelKey).flatMap(splitList)
    : [document];
}

function splitList(entry: YamlChunk): YamlChunk[] {
  const [, listKey, indentation] = listStart.exec(entry.text) ?? [];
  if (listKey === undefined || indentation === undefined || explicitEntry.test(entry.text)) {
    return [entry];
  }
  const itemStart = new RegExp(`(?<![^\\n])${indentation}-(?=\\s|$)`, 'g');
  return splitBefore(entry, itemStart).map((part, index) => (index === 0 ? part : { ...part, listKey }));
}

/** Splits a part before each match of a pattern. */
function splitBefore({ text, offset }: YamlChunk, pattern: RegExp): YamlChunk[] {
  const starts = [...text.matchAll(pattern)].map(({ index }) => index);
  return [0, ...starts.filter((start) => start > 0)].map((start, index, all) => ({
    text: text.slice(start, all[index + 1]),
    offset: offset + start,
  }));
}

/** Returns the first document. Sequin's CLI ignores all other documents. */
function takeFirstDocument(text: string): YamlChunk {
  const [prologue = ''] = /^\uFEFF?(?:(?:%|[^\S\n]*#)[^\n]*(?:\n|$)|[^\S\n]*\n)*/.exec(text) ?? [];
  const [marker = ''] = /^---[^\S\n]*(?:#[^\n]*)?(?:\n|$)/.exec(text.slice(prologue.length)) ?? [];
  const offset = prologue.length + marker.length;
  const rest = text.slice(offset);
  // The document may begin on the line of its marker.
  const contentStart = marker === '' && /^---\s/.test(rest) ? '---'.length : 0;
  const length = rest.slice(contentStart).search(documentMarker);
  return { text: length < 0 ? rest : rest.slice(0, contentStart + length), offset };
}
