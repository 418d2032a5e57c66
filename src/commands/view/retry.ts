import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { refresh } from './refresh.ts';

/**
 * Repeats the failed request that a row shows: the request for the backfills of a sink, or for all sinks of a server.
 */
export async function retry(context: CommandContext, commandTargets: CommandTargets): Promise<void> {
  const { target } = commandTargets;
  if (target?.kind === 'sink' || target?.kind === 'backfill') {
    await context.servers.getMonitor(target.connectionId)?.backfillLists.load(target.sinkId);
  } else {
    await refresh(context, commandTargets);
  }
}
