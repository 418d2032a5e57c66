import type { CommandParts } from './Command.ts';

/** Leaves in the tree only what runs or is paused. */
export async function hideEnded({ treeOptions }: CommandParts): Promise<void> {
  await treeOptions.setHideEnded(true);
}
