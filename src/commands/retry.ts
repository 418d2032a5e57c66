import type { CommandParts } from './Command.ts';
import { refresh } from './refresh.ts';
import { textIn } from './targets.ts';

/** Asks again for what a row says has failed: one sink's backfills, or all. */
export async function retry(parts: CommandParts, target: unknown): Promise<void> {
  const sinkId = textIn(target, 'sinkId');
  if (sinkId === undefined) {
    await refresh(parts, target);
  } else {
    await parts.monitors.of(textIn(target, 'address') ?? '')?.loadHistory(sinkId);
  }
}
