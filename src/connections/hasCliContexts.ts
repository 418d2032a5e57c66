import { opendir } from 'node:fs/promises';
import { contextsFolder, isContextFile } from './cliPaths.ts';

/**
 * Whether the Sequin CLI has contexts on this machine, as far as the names in one folder tell: cheap enough for an
 * activation, which only wants to know whether to offer them. Nothing is read here, and nothing fails.
 */
export async function hasCliContexts(home: string): Promise<boolean> {
  try {
    // A folder that is left early closes itself.
    for await (const entry of await opendir(contextsFolder(home))) {
      if (isContextFile(entry.name) && (entry.isFile() || entry.isSymbolicLink())) {
        return true;
      }
    }
  } catch {
    // There is no such folder, or none that can be looked into.
  }
  return false;
}
