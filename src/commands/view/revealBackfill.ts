import type { CommandContext } from '../CommandHandler.ts';
import { resolveBackfill, toBackfillRef } from '../resolveTargets.ts';
import type { CommandTargets } from '../Target.ts';

/** Shows and selects the row of a backfill. */
export async function revealBackfill(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveBackfill(context, target);
  if (resolved !== undefined) {
    await context.revealRow({ kind: 'backfill', ...toBackfillRef(resolved) });
  }
}
