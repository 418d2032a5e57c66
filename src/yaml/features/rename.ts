import * as l10n from '@vscode/l10n';
import type { TextEdit } from '../checks/Problem.ts';
import { quoteIfNeeded } from '../document/quoteIfNeeded.ts';
import type { YamlFile } from '../YamlFile.ts';
import { findReferences } from './references.ts';

/**
 * The changes that rename what is at an offset: its definition and all references, with the quotes that they have.
 * @throws {Error} with a message for the user if Sequin doesn't accept the name.
 */
export function rename(file: YamlFile, offset: number, newName: string): TextEdit[] {
  if (!/^[\w.-]+$/.test(newName)) {
    throw new Error(l10n.t('A name can only contain letters, digits, underscores, hyphens and dots.'));
  }
  return findReferences(file, offset, { includeDefinition: true }).map((range) => {
    const quote = /^["']/.exec(file.text.slice(range.start, range.end))?.[0] ?? '';
    return { range, newText: quote === '' ? quoteIfNeeded(newName) : `${quote}${newName}${quote}` };
  });
}
