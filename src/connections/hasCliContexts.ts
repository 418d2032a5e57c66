import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder in the user's home where the Sequin CLI stores its contexts, one JSON file each. */
export function getContextsFolder(home: string): string {
  return join(home, '.sequin', 'contexts');
}

/** Whether a file in the contexts folder is a context, judged by its name. */
export function isContextFile(name: string): boolean {
  return name.endsWith('.json');
}

/**
 * Whether the folder of the Sequin CLI on this machine contains contexts, judged by the file names. Doesn't read the
 * files, because this function is called at each start of the extension, to find out whether to offer an import. Never
 * throws.
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
