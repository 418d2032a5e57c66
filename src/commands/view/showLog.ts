import type { CommandContext } from '../CommandHandler.ts';

/** Shows the log of requests and errors. */
export function showLog({ log }: CommandContext): void {
  log.show();
}
