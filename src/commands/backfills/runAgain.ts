import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { isAllowed, resolveActionTargets } from './changeBackfills.ts';
import { startTables } from './startBackfill.ts';

/** Starts new backfills for the tables of finished ones, in the same sinks. */
export async function runAgain(context: CommandContext, { targets }: CommandTargets): Promise<void> {
  const backfills = await resolveActionTargets(context, 'runAgain', targets);
  const bySink = Map.groupBy(
    backfills.filter((target) => isAllowed(target, 'runAgain')),
    ({ monitor, backfill }) => monitor.snapshot.sinks.get(backfill.sinkId),
  );
  for (const [sink, targetsOfSink] of bySink) {
    const [firstTarget] = targetsOfSink;
    if (sink !== undefined && firstTarget !== undefined) {
      const tables = new Set(targetsOfSink.flatMap(({ backfill }) => backfill.table ?? []));
      await startTables(context, { monitor: firstTarget.monitor, sink }, [...tables]);
    }
  }
}
