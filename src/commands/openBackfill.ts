import type { CommandParts } from './Command.ts';
import { targetBackfill } from './targets.ts';

/** Opens a backfill's page. */
export async function openBackfill(parts: CommandParts, target: unknown): Promise<void> {
  const found = await targetBackfill(parts, target);
  if (found !== undefined) {
    const { monitor, backfill } = found;
    const { address } = monitor.connection;
    parts.panels.open({ address, sinkId: backfill.sinkId, backfillId: backfill.id });
  }
}
