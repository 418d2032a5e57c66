import type { CommandContext } from '../CommandHandler.ts';
import { resolveBackfill, toBackfillRef } from '../resolveTargets.ts';
import type { CommandTargets } from '../Target.ts';

/** Opens the page of a backfill. */
export async function openBackfill(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveBackfill(context, target);
  if (resolved !== undefined) {
    context.panels.open(toBackfillRef(resolved));
  }
}
