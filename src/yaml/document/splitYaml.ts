/** A part of a file that can be parsed on its own. */
export interface YamlChunk {
  readonly text: string;
  /** The offset of the text in the file. */
  readonly offset: number;
  /** The key of the top-level list in which the text is an item; undefined for other parts. */
  readonly listKey: string | undefined;
}

const topLevelKey =
  /^(?:[&!]\S*\s+)*(?:<<\s*|-*[\p{L}\w.](?:[^:#]|:(?=\S)|(?<=\S)#)*|"(?:[^"\\]|\\.)*"\s*|'(?:[^']|'')*'\s*):(?=\s|$)/u;
/** A key or value in the explicit form of YAML, which begins with `?` and has its value after a colon. */
const explicitEntry = /^[?:](?:\s|$)/;
const emptyTopLevelKey = /^([\w.-]+)\s*:\s*(?:#.*)?\s*$/;
const documentMarker = /^(?:---|\.\.\.)(?=\s|$)/;

interface Line {
  readonly text: string;
  readonly offset: number;
}

/**
 * Splits the first document of a file into its top-level entries, and lists in them into their items, so that a change
 * affects a small part. Other documents, such as JSON, stay whole.
 */
export function splitYaml(text: string): YamlChunk[] {
  const lines = takeFirstDocument(toLines(text));
  const first = lines.find(isContent);
  if (first === undefined) {
    return [];
  }
  if (!topLevelKey.test(first.text)) {
    return [toChunk(text, lines)];
  }
  return groupLines(lines, ({ text: line }) => topLevelKey.test(line)).flatMap((entry) =>
    splitList(text, entry),
  );
}

function splitList(text: string, entry: readonly Line[]): YamlChunk[] {
  const [keyLine, ...rest] = entry;
  const listKey = emptyTopLevelKey.exec(keyLine?.text ?? '')?.[1];
  const indentation = /^( *)-(?:\s|$)/.exec(rest.find(isContent)?.text ?? '')?.[1];
  const hasExplicitEntry = rest.some(({ text: line }) => explicitEntry.test(line));
  if (listKey === undefined || indentation === undefined || hasExplicitEntry) {
    return [toChunk(text, entry)];
  }
  const isItem = ({ text: line }: Line) =>
    line.startsWith(`${indentation}-`) && /^(?:\s|$)/.test(line.slice(indentation.length + 1));
  const [header, ...items] = groupLines(entry, isItem);
  return [
    ...(header === undefined ? [] : [toChunk(text, header)]),
    ...items.map((item) => toChunk(text, item, listKey)),
  ];
}

function toChunk(text: string, lines: readonly Line[], listKey?: string): YamlChunk {
  const [first, last] = [lines[0], lines.at(-1)];
  const offset = first?.offset ?? 0;
  const end = last === undefined ? offset : last.offset + last.text.length + 1;
  return { text: text.slice(offset, end), offset, listKey };
}

/** Begins a group at each line that `isFirst` accepts, and at the first line with content. Drops the lines before. */
function groupLines(lines: readonly Line[], isFirst: (line: Line) => boolean): Line[][] {
  const groups: Line[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    if (group === undefined ? isContent(line) : isFirst(line)) {
      groups.push([line]);
    } else {
      group?.push(line);
    }
  }
  return groups;
}

function toLines(text: string): Line[] {
  let offset = text.startsWith('\uFEFF') ? 1 : 0;
  return text
    .slice(offset)
    .split('\n')
    .map((line) => {
      const start = offset;
      offset += line.length + 1;
      return { text: line, offset: start };
    });
}

/** The lines of the first document, which is the only one that Sequin's CLI reads. */
function takeFirstDocument(lines: readonly Line[]): readonly Line[] {
  const firstContent = lines.findIndex((line) => isContent(line) && !line.text.startsWith('%'));
  if (firstContent < 0) {
    return [];
  }
  const firstLine = lines[firstContent]?.text ?? '';
  const start = firstLine.startsWith('---') ? firstContent + 1 : firstContent;
  const length = lines.slice(start).findIndex(({ text }) => documentMarker.test(text));
  const end = length < 0 ? undefined : start + length;
  return lines.slice(/^---\s*(?:#.*)?\s*$/.test(firstLine) ? start : firstContent, end);
}

function isContent({ text }: Line): boolean {
  return /^\s*[^\s#]/.test(text);
}
