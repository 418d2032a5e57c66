import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';

/** Shows the next page of a sink's backfills. */
export function showMore({ tree }: CommandContext, { target }: CommandTargets): void {
  if (target?.kind === 'sink') {
    tree.showMore(target.connectionId, target.sinkId);
  }
}
