import type { CommandContext } from '../CommandHandler.ts';

/** Shows finished backfills in the tree. */
export async function showEnded({ treeOptions }: CommandContext): Promise<void> {
  await treeOptions.setHideFinished(false);
}
