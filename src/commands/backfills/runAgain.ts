import { getAllowedActions } from '../../model/backfillActions.ts';
import { actionTexts } from '../../text/actionText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { startTables } from './startBackfill.ts';
import { resolveBackfills, type TargetBackfill } from '../resolveTargets.ts';

/** Starts new backfills for the tables of finished ones, in the same sinks. */
export async function runAgain(context: CommandContext, { targets }: CommandTargets): Promise<void> {
  const backfills = await resolveBackfills(context, targets, {
    placeHolder: actionTexts.runAgain.pickPlaceholder(),
    emptyMessage: actionTexts.runAgain.emptyMessage(),
    filter: canRunAgain,
  });
  const bySink = Map.groupBy(backfills.filter(canRunAgain), ({ monitor, backfill }) =>
    monitor.snapshot.sinks.get(backfill.sinkId),
  );
  for (const [sink, targetsOfSink] of bySink) {
    const [firstTarget] = targetsOfSink;
    if (sink !== undefined && firstTarget !== undefined) {
      const tables = new Set(targetsOfSink.flatMap(({ backfill }) => backfill.table ?? []));
      await startTables(context, { monitor: firstTarget.monitor, sink }, [...tables]);
    }
  }
}

function canRunAgain({ backfill }: TargetBackfill): boolean {
  return getAllowedActions(backfill).includes('runAgain');
}
