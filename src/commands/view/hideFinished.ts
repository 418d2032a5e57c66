import type { CommandHandler } from '../CommandHandler.ts';

/** Creates the command that hides finished backfills in the tree, or shows them. */
export function createHideFinishedCommand(hideFinished: boolean): CommandHandler {
  return ({ treeOptions }) => {
    treeOptions.setHideFinished(hideFinished);
  };
}
