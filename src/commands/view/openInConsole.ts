import { openSinkInConsole } from '../backfills/startBackfill.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { resolveSink } from '../resolveTargets.ts';
import type { CommandTargets } from '../Target.ts';

/** Opens the backfills of a sink in Sequin's web console. */
export async function openInConsole(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveSink(context, target);
  if (resolved !== undefined) {
    await openSinkInConsole(context.ui, resolved);
  }
}
