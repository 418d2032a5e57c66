import { t } from '@vscode/l10n';
import { canRunAgain } from '../model/changes.ts';
import type { CommandParts } from './Command.ts';
import { startTables } from './startBackfill.ts';
import { targetBackfills } from './targets.ts';

/** Backfills the tables of ended backfills once more, into the same sinks. */
export async function runAgain(parts: CommandParts, target: unknown, selected: unknown): Promise<void> {
  const backfills = await targetBackfills(parts, target, selected, {
    placeHolder: t('Which backfills are to run again?'),
    none: t('No ended backfill is known. Expand a sink to see its past ones.'),
    suits: ({ backfill }) => canRunAgain(backfill),
  });
  const bySink = Map.groupBy(
    backfills.filter(({ backfill }) => canRunAgain(backfill)),
    ({ monitor, backfill }) => monitor.snapshot.sinks.get(backfill.sinkId),
  );
  for (const [sink, those] of bySink) {
    const [first] = those;
    if (sink !== undefined && first !== undefined) {
      const tables = new Set(those.flatMap(({ backfill }) => backfill.table ?? []));
      await startTables(parts, { monitor: first.monitor, sink }, [...tables]);
    }
  }
}
