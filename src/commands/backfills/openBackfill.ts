import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { resolveBackfill } from '../resolveTargets.ts';

/** Opens the page of a backfill. */
export async function openBackfill(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveBackfill(context, target);
  if (resolved !== undefined) {
    const { monitor, backfill } = resolved;
    const { id: connectionId } = monitor.connection;
    context.panels.open({ connectionId, sinkId: backfill.sinkId, backfillId: backfill.id });
  }
}
