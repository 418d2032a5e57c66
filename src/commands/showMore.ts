import type { CommandParts } from './Command.ts';
import { textIn } from './targets.ts';

/** Shows the next past backfills of a sink. */
export function showMore({ tree }: CommandParts, target: unknown): void {
  const address = textIn(target, 'address');
  const sinkId = textIn(target, 'sinkId');
  if (address !== undefined && sinkId !== undefined) {
    tree.showMore(address, sinkId);
  }
}
