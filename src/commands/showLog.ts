import type { CommandParts } from './Command.ts';

/** Shows what was asked of the server, and what went wrong. */
export function showLog({ log }: CommandParts): void {
  log.show();
}
