import { findOccurrences, findSymbolAt } from '../document/symbols.ts';
import type { TextRange } from '../document/YamlNode.ts';
import type { YamlFile } from '../YamlFile.ts';

/** Finds the definitions of the name at an offset, and its own position; undefined if there is no name. */
export function findDefinition(
  { symbols }: YamlFile,
  offset: number,
): { readonly origin: TextRange; readonly targets: readonly TextRange[] } | undefined {
  const symbol = findSymbolAt(symbols, offset);
  return symbol && { origin: symbol.range, targets: findOccurrences(symbols, symbol).definitions };
}

/** Finds the references to the name at an offset, and its definitions on request. */
export function findReferences(
  { symbols }: YamlFile,
  offset: number,
  { includeDefinition }: { readonly includeDefinition: boolean },
): readonly TextRange[] {
  const symbol = findSymbolAt(symbols, offset);
  if (symbol === undefined) {
    return [];
  }
  const { definitions, references } = findOccurrences(symbols, symbol);
  return [...(includeDefinition ? definitions : []), ...references];
}
