import type { CommandContext } from '../CommandHandler.ts';

/** Shows everything in the tree again. */
export async function showEnded({ treeOptions }: CommandContext): Promise<void> {
  await treeOptions.setHideFinished(false);
}
