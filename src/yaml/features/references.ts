import { findOccurrences, findSymbolAt } from '../document/symbols.ts';
import type { TextRange } from '../document/YamlNode.ts';
import type { YamlFile } from '../YamlFile.ts';

/** The definition of the name at an offset, and the name itself; undefined if it isn't a name. */
export function findDefinition(
  { symbols }: YamlFile,
  offset: number,
): { readonly origin: TextRange; readonly targets: readonly TextRange[] } | undefined {
  const symbol = findSymbolAt(symbols, offset);
  return symbol && { origin: symbol.range, targets: findOccurrences(symbols, symbol).definitions };
}

/** The positions that refer to the name at an offset, with its definition on request. */
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
