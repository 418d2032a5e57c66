import * as l10n from '@vscode/l10n';
import type { TextEdit } from '../checks/Problem.ts';
import { quoteIfNeeded } from '../document/quoteIfNeeded.ts';
import { findSymbolAt } from '../document/symbols.ts';
import type { YamlFile } from '../YamlFile.ts';
import { findReferences } from './references.ts';

/**
 * Creates the edits that rename what is at an offset: its definition and all references. Each keeps its quotes.
 * @throws {Error} with a message for the user if Sequin doesn't accept the name.
 */
export function rename(file: YamlFile, offset: number, newName: string): TextEdit[] {
  const isSimple = /^[\w.-]+$/.test(newName);
  // Only a change retention can have any name.
  const isAllowed = isSimple || findSymbolAt(file.symbols, offset)?.kind === 'changeRetention';
  if (!isAllowed || newName.trim() === '') {
    throw new Error(l10n.t('A name can only contain letters, digits, underscores, hyphens and dots.'));
  }
  return findReferences(file, offset, { includeDefinition: true }).map((range) => {
    const quote = /^["']/.exec(file.text.slice(range.start, range.end))?.[0];
    const isQuoted = quote !== undefined && isSimple;
    return { range, newText: isQuoted ? `${quote}${newName}${quote}` : quoteIfNeeded(newName) };
  });
}
