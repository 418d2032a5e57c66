import type { CommandContext } from '../CommandHandler.ts';
import { resolveBackfill } from '../targets.ts';

/** Opens a backfill's page. */
export async function openBackfill(context: CommandContext, target: unknown): Promise<void> {
  const resolved = await resolveBackfill(context, target);
  if (resolved !== undefined) {
    const { monitor, backfill } = resolved;
    const { address } = monitor.connection;
    context.panels.open({ address, sinkId: backfill.sinkId, backfillId: backfill.id });
  }
}
