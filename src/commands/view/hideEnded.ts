import type { CommandContext } from '../CommandHandler.ts';

/** Hides finished backfills in the tree. */
export async function hideEnded({ treeOptions }: CommandContext): Promise<void> {
  await treeOptions.setHideFinished(true);
}
