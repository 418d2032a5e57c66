import { join } from 'node:path';

/** Where the Sequin CLI keeps its contexts, each a JSON file, below the user's home. */
export function contextsFolder(home: string): string {
  return join(home, '.sequin', 'contexts');
}

/** Where the CLI keeps the name of the context that it uses of itself. */
export function defaultContextFile(home: string): string {
  return join(home, '.sequin', '.default_context');
}

/** Whether a file of that folder is one of the CLI's. */
export function isContextFile(name: string): boolean {
  return name.endsWith('.json');
}
