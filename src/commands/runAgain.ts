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
    suits: canRunAgain,
  });
  const bySink = Map.groupBy(backfills.filter(canRunAgain), ({ sinkId }) => sinkId);
  for (const [sinkId, those] of bySink) {
    const sink = parts.monitors.current?.snapshot.sinks.get(sinkId);
    if (sink !== undefined) {
      await startTables(parts, sink, [...new Set(those.flatMap(({ table }) => table ?? []))]);
    }
  }
}
