import type { CommandParts } from './Command.ts';

/** Shows everything in the tree again. */
export async function showEnded({ treeOptions }: CommandParts): Promise<void> {
  await treeOptions.setHideEnded(false);
}
