import type { CommandContext } from '../CommandHandler.ts';
import { refresh } from './refresh.ts';
import { stringField } from '../targets.ts';

/** Asks again for what a row says has failed: one sink's backfills, or all. */
export async function retry(context: CommandContext, target: unknown): Promise<void> {
  const sinkId = stringField(target, 'sinkId');
  if (sinkId === undefined) {
    await refresh(context, target);
  } else {
    await context.servers.getMonitor(stringField(target, 'address') ?? '')?.loadBackfillList(sinkId);
  }
}
