import * as l10n from '@vscode/l10n';
import type { TextEdit } from '../checks/Problem.ts';
import { quoteIfNeeded } from '../document/quoteIfNeeded.ts';
import type { SymbolDefinition, SymbolReference } from '../document/symbols.ts';
import { getEntry, getItems, getStringValue, getValue, type TextRange } from '../document/YamlNode.ts';
import type { YamlFile } from '../YamlFile.ts';

/** Finds the definition or the reference whose name is at an offset; undefined if there is none. */
export function findSymbolAt(
  { symbols: { definitions, references } }: YamlFile,
  offset: number,
): SymbolDefinition | SymbolReference | undefined {
  return [...definitions, ...references].find(({ range }) => range.start <= offset && offset <= range.end);
}

/** The positions of a name. */
export interface Occurrences {
  readonly definitions: readonly TextRange[];
  readonly references: readonly TextRange[];
}

/** Finds where a name is defined, and where it is used. */
export function findOccurrences(
  { symbols: { definitions, references } }: YamlFile,
  { kind, name }: Pick<SymbolDefinition, 'kind' | 'name'>,
): Occurrences {
  const listRanges = (symbols: readonly (SymbolDefinition | SymbolReference)[]): TextRange[] =>
    symbols.filter((symbol) => symbol.kind === kind && symbol.name === name).map(({ range }) => range);
  // Through aliases and merge keys, several symbols can be at the same position.
  const definitionsByStart = new Map(listRanges(definitions).map((range) => [range.start, range]));
  const referencesByStart = new Map(listRanges(references).map((range) => [range.start, range]));
  return {
    definitions: [...definitionsByStart.values()],
    references: [...referencesByStart.values()].filter(({ start }) => !definitionsByStart.has(start)),
  };
}

/**
 * Creates the edits that rename the symbol at an offset, in its definition and all references. Keeps quotes around the
 * name.
 * @throws {Error} with a message for the user if Sequin doesn't accept the name.
 */
export function rename(file: YamlFile, offset: number, newName: string): TextEdit[] {
  const symbol = findSymbolAt(file, offset);
  const isSimple = /^[\w.-]+$/.test(newName);
  // Sequin accepts other characters only in the name of a change retention.
  if ((!isSimple && symbol?.kind !== 'changeRetention') || newName.trim() === '') {
    throw new Error(l10n.t('A name can only contain letters, digits, underscores, hyphens and dots.'));
  }
  const { definitions = [], references = [] } = symbol === undefined ? {} : findOccurrences(file, symbol);
  return [...definitions, ...references].map((range) => {
    const quote = /^["']/.exec(file.text.slice(range.start, range.end))?.[0];
    const isQuoted = quote !== undefined && isSimple;
    return { range, newText: isQuoted ? `${quote}${newName}${quote}` : quoteIfNeeded(newName) };
  });
}

/** A path to a code file in a `sequin.yaml` file. A relative path starts in the folder of the `sequin.yaml` file. */
export interface FileLink {
  readonly range: TextRange;
  readonly path: string;
}

/** Finds the code files of functions. Ignores paths with a variable, because its value is unknown. */
export function findFileLinks({ root }: YamlFile): FileLink[] {
  return getItems(getValue(root, 'functions')).flatMap((node) => {
    const entry = getEntry(node, 'file');
    const path = getStringValue(entry?.value);
    return entry === undefined || path === undefined || path === '' || path.includes('$')
      ? []
      : [{ range: entry.value.range, path }];
  });
}
