import * as l10n from '@vscode/l10n';
import { createActionConfirmation } from '../../text/confirmationText.ts';
import type { ActionContext, CommandHandler } from '../CommandHandler.ts';
import type { TargetBackfill, TargetSink } from '../targetItems.ts';
import { confirm } from '../Ui.ts';
import { isAllowed, resolveActionTargets } from './changeBackfills.ts';
import { runTasks, waitForPendingWrites } from './runTasks.ts';
import { createStartTask, getUnfinishedByTable, startTables } from './startBackfill.ts';

/** A sink, and its tables to backfill. */
interface SinkTables {
  readonly target: TargetSink;
  readonly tables: readonly string[];
}

/** Runs finished backfills again: starts new backfills of their tables in the same sinks, after one confirmation. */
export const runAgain: CommandHandler = async (context, { targets }) => {
  const backfills = await resolveActionTargets(context, 'runAgain', targets);
  const allowed = backfills.filter((target) => isAllowed(target, 'runAgain'));
  const [first, ...others] = groupTablesBySink(allowed);
  if (first !== undefined) {
    await (others.length === 0
      ? startTables(context, first.target, first.tables)
      : startInSinks(context, [first, ...others]));
  } else if (backfills.length > 0) {
    context.ui.showMessage(
      'information',
      l10n.t('Only finished backfills of existing tables can be run again.'),
    );
  }
};

function groupTablesBySink(backfills: readonly TargetBackfill[]): SinkTables[] {
  const bySink = Map.groupBy(backfills, ({ monitor, backfill }) =>
    monitor.snapshot.sinks.get(backfill.sinkId),
  );
  return [...bySink].flatMap(([sink, group]) => {
    const monitor = group[0]?.monitor;
    const tables = [...new Set(group.flatMap(({ backfill }) => backfill.table ?? []))];
    return sink === undefined || monitor === undefined ? [] : [{ target: { monitor, sink }, tables }];
  });
}

/** Starts backfills of several sinks, after one confirmation. Skips tables with an unfinished backfill. */
async function startInSinks(context: ActionContext, sinks: readonly SinkTables[]): Promise<void> {
  const tasks = sinks.flatMap(({ target, tables }) => {
    const unfinished = getUnfinishedByTable(target.monitor, target.sink);
    return tables
      .filter((table) => !unfinished.has(table))
      .map((table) => createStartTask(target, table, 'start'));
  });
  const names = tasks.map(({ name }) => name);
  const connections = sinks.map(({ target }) => target.monitor.connection);
  if (tasks.length === 0) {
    context.ui.showMessage('information', l10n.t('Backfills of all these tables are already in progress.'));
  } else if (await confirm(context.ui, createActionConfirmation('start', { names, connections }))) {
    await waitForPendingWrites(tasks);
    await runTasks(context, 'start', tasks);
  }
}
