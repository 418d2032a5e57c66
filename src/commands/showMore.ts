import type { CommandParts } from './Command.ts';
import { idIn } from './targets.ts';

/** Shows the next past backfills of a sink. */
export function showMore({ tree }: CommandParts, target: unknown): void {
  const sinkId = idIn(target, 'sinkId');
  if (sinkId !== undefined) {
    tree.showMore(sinkId);
  }
}
