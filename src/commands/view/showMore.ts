import type { CommandContext } from '../CommandHandler.ts';
import { stringField } from '../targets.ts';

/** Shows the next past backfills of a sink. */
export function showMore({ tree }: CommandContext, target: unknown): void {
  const address = stringField(target, 'address');
  const sinkId = stringField(target, 'sinkId');
  if (address !== undefined && sinkId !== undefined) {
    tree.showMore(address, sinkId);
  }
}
