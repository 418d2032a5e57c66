import type { ListAction } from '../text/listMessageText.ts';
import { type CommandId, commandIds } from './commandIds.ts';

/** The command for each action that a message offers. */
export const recoveryCommands = {
  retry: commandIds.retry,
  refresh: commandIds.refresh,
  enterToken: commandIds.enterToken,
  changeAddress: commandIds.changeAddress,
  showLog: commandIds.showLog,
  startBackfill: commandIds.startBackfill,
  openInConsole: commandIds.openInConsole,
  showMore: commandIds.showMore,
  showFinished: commandIds.showFinished,
} as const satisfies Record<ListAction, CommandId>;
