import { opendir } from 'node:fs/promises';
import { getContextsFolder, isContextFile } from './cliPaths.ts';

/**
 * Whether the Sequin CLI has contexts on this machine, judged by the file names in its folder. Reads no file, so it is
 * cheap enough for the activation, which decides whether to offer an import. Never throws.
 */
export async function hasCliContexts(home: string): Promise<boolean> {
  try {
    // Leaving the loop early closes the folder.
    for await (const entry of await opendir(getContextsFolder(home))) {
      if (isContextFile(entry.name) && (entry.isFile() || entry.isSymbolicLink())) {
        return true;
      }
    }
  } catch {
    // The folder doesn't exist or can't be read.
  }
  return false;
}
