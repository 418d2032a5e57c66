import type { CommandParts } from './Command.ts';
import { refresh } from './refresh.ts';
import { idIn } from './targets.ts';

/** Asks again for what a row says has failed: one sink's backfills, or all. */
export async function retry(parts: CommandParts, target: unknown): Promise<void> {
  const sinkId = idIn(target, 'sinkId');
  if (sinkId === undefined) {
    await refresh(parts);
  } else {
    await parts.monitors.current?.loadHistory(sinkId);
  }
}
