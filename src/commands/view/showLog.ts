import type { CommandContext } from '../CommandHandler.ts';

/** Shows what was asked of the server, and what went wrong. */
export function showLog({ log }: CommandContext): void {
  log.show();
}
