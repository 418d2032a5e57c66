import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { isUnfinished, type Backfill } from '../../model/Backfill.ts';
import { backfillActions, type BackfillStart } from '../../model/backfillActions.ts';
import { createConsoleUrl } from '../../model/consoleUrl.ts';
import type { Sink } from '../../model/Sink.ts';
import { findOnlyTable } from '../../model/tables.ts';
import { getBackfillsOfSink, getWriteKey } from '../../servers/Snapshot.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { formatBackfillName } from '../../text/backfillCountsText.ts';
import { createStartConfirmation } from '../../text/confirmationText.ts';
import { describeCurrentState } from '../../text/actionText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { confirmOnce } from '../confirm.ts';
import { runTasks, openBackfillAction, type FollowUpActions } from './runBackfillAction.ts';
import { pickTables } from './pickTables.ts';
import { showMessageWithActions, type MessageAction } from '../showMessageWithActions.ts';
import { resolveSink, type TargetSink } from '../resolveTargets.ts';

/** Starts backfills of a sink: of its only table, or of the tables that the user picks. */
export async function startBackfill(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveSink(context, target);
  if (resolved === undefined) {
    return;
  }
  const singleTable = findOnlyTable(resolved.sink);
  const tables =
    singleTable === undefined ? await pickTables(resolved.monitor, resolved.sink) : [singleTable];
  if (tables === 'console') {
    await openSinkInConsole(resolved);
  } else if (tables.length > 0) {
    await startTables(context, resolved, tables);
  }
}

/** Starts backfills of tables of a sink after confirmation. Skips and lists tables with an unfinished backfill. */
export async function startTables(
  context: CommandContext,
  target: TargetSink,
  tables: readonly string[],
): Promise<void> {
  const { monitor, sink } = target;
  const unfinishedByTable = getUnfinishedByTable(monitor, sink);
  const unfinished = tables.flatMap((table) => unfinishedByTable.get(table) ?? []);
  const newTables = tables.filter((table) => !unfinishedByTable.has(table));
  const [firstUnfinished] = unfinished;
  if (newTables.length === 0 && firstUnfinished !== undefined) {
    const message =
      unfinished.length === 1
        ? `${t('A backfill of {0} is open already.', formatBackfillName(firstUnfinished, sink))} ${describeCurrentState(firstUnfinished, monitor.serverNow)}`
        : t('Backfills of all these tables are open already.');
    showMessageWithActions(
      context,
      'information',
      message,
      openBackfillAction({ monitor, backfill: firstUnfinished }),
    );
    return;
  }
  const input = { sink, tables: newTables, skippedTables: unfinished.map(({ table }) => table ?? '') };
  const confirmation = createStartConfirmation(input);
  const startItem = { title: confirmation.confirmLabel };
  const startPausedItem = { title: t('Start Paused') };
  const consoleItem = { title: t('More Options in Console') };
  const dismissItem = { title: t('Do Not Start'), isCloseAffordance: true };
  const answer = await confirmOnce(
    'information',
    confirmation,
    startItem,
    startPausedItem,
    consoleItem,
    dismissItem,
  );
  if (answer === consoleItem) {
    await openSinkInConsole(target);
  } else if (answer === startItem || answer === startPausedItem) {
    await runStart(context, target, newTables, answer === startItem ? 'start' : 'startPaused');
  }
}

async function runStart(
  context: CommandContext,
  target: TargetSink,
  tables: readonly string[],
  action: BackfillStart,
): Promise<void> {
  const { monitor, sink } = target;
  const tasks = tables.map((table) => ({
    monitor,
    value: table,
    name: formatBackfillName({ table }, sink),
    write: () => monitor.createBackfill(sink.id, table, backfillActions[action].targetState),
  }));
  const consoleAction: MessageAction = { label: t('Open in Console'), run: () => openSinkInConsole(target) };
  const followUp: FollowUpActions<string> = {
    afterSuccess: (created) => [openBackfillAction(created)],
    retry: async (retryTables) => {
      // A button in a message is never a double click: wait for a pending write rather than ignore it.
      await monitor.waitForPendingWrites(retryTables.map((table) => getWriteKey({ sinkId: sink.id, table })));
      await runStart(context, target, retryTables, action);
    },
    afterRejection: [consoleAction],
  };
  await runTasks(context, action, tasks, followUp);
}

function getUnfinishedByTable(monitor: ServerMonitor, sink: Sink): Map<string | null, Backfill> {
  const unfinished = getBackfillsOfSink(monitor.snapshot, sink.id).filter(isUnfinished);
  return new Map(unfinished.map((backfill) => [backfill.table, backfill]));
}

async function openSinkInConsole({ monitor, sink }: TargetSink): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(createConsoleUrl(monitor.connection.address, sink), true));
}
