import { t } from '@vscode/l10n';
import { canRunAgain } from '../../model/backfillChanges.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { startTables } from './startBackfill.ts';
import { resolveBackfills } from '../resolveTargets.ts';

/** Starts new backfills for the tables of finished ones, in the same sinks. */
export async function runAgain(context: CommandContext, { targets }: CommandTargets): Promise<void> {
  const backfills = await resolveBackfills(context, targets, {
    placeHolder: t('Which backfills are to run again?'),
    emptyMessage: t('No ended backfill is known. Expand a sink to see its past ones.'),
    filter: ({ backfill }) => canRunAgain(backfill),
  });
  const bySink = Map.groupBy(
    backfills.filter(({ backfill }) => canRunAgain(backfill)),
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
