import type { CommandParts } from './Command.ts';
import { targetBackfill } from './targets.ts';

/** Opens a backfill's page. */
export async function openBackfill(parts: CommandParts, target: unknown): Promise<void> {
  const backfill = await targetBackfill(parts, target);
  const origin = parts.monitors.current?.connection.origin;
  if (backfill !== undefined && origin !== undefined) {
    parts.panels.open({ origin, sinkId: backfill.sinkId, backfillId: backfill.id });
  }
}
