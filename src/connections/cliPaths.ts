import { join } from 'node:path';

/** The folder in the user's home where the Sequin CLI stores its contexts, one JSON file each. */
export function getContextsFolder(home: string): string {
  return join(home, '.sequin', 'contexts');
}

/** The file where the CLI stores the name of its default context. */
export function getDefaultContextFile(home: string): string {
  return join(home, '.sequin', '.default_context');
}

/** Whether a file name in the contexts folder is that of a context. */
export function isContextFile(name: string): boolean {
  return name.endsWith('.json');
}
