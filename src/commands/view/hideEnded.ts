import type { CommandContext } from '../CommandHandler.ts';

/** Leaves in the tree only what runs or is paused. */
export async function hideEnded({ treeOptions }: CommandContext): Promise<void> {
  await treeOptions.setHideFinished(true);
}
