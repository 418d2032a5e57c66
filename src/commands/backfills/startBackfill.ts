import * as l10n from '@vscode/l10n';
import { type Backfill, isUnfinished } from '../../model/Backfill.ts';
import { actionRules, type StartAction } from '../../model/backfillActions.ts';
import { lacksFeature } from '../../model/serverVersion.ts';
import type { Sink } from '../../model/Sink.ts';
import { findOnlyTable } from '../../model/tables.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { getBackfillsOfSink, getWriteKey } from '../../servers/Snapshot.ts';
import { actionTexts, describeCurrentState } from '../../text/actionText.ts';
import { formatBackfillName } from '../../text/backfillText.ts';
import { createStartConfirmation, formatConfirmLabel } from '../../text/confirmationText.ts';
import { getQueueLabel } from '../../text/queueText.ts';
import { isUnknownTable } from '../../text/rejectionText.ts';
import { getRemedyText } from '../../text/remedyText.ts';
import type { ActionContext, CommandHandler } from '../CommandHandler.ts';
import { refreshDatabaseTables } from '../databases/databaseCommands.ts';
import { findDatabaseOfTarget, resolveSink } from '../resolveTargets.ts';
import type { TargetSink } from '../targetItems.ts';
import type { Question } from '../Ui.ts';
import { openSinkInConsole } from '../view/openInConsole.ts';
import { pickLimit } from './pickLimit.ts';
import { addToQueues } from './queueTargets.ts';
import { confirmAndRunTasks, runTasks, waitForPendingWrites } from './runTasks.ts';
import { createOpenBackfillAction } from './taskResult.ts';
import type { FollowUpActions, WriteTask } from './WriteTask.ts';

/** Starts backfills of a sink: of its only table, or of the tables that the user picks. */
export const startBackfill: CommandHandler = async (context, { target }) => {
  const { ui } = context;
  const resolved = await resolveSink(context, target);
  if (resolved === undefined) {
    return;
  }
  const onlyTable = findOnlyTable(resolved.sink);
  const tables = onlyTable === undefined ? await ui.pickTables(resolved) : [onlyTable];
  if (tables === 'console') {
    await openSinkInConsole(ui, resolved);
  } else if (tables.length > 0) {
    await startTables(context, resolved, tables);
  }
};

/**
 * Starts backfills of tables of a sink, after confirmation. Skips tables with an unfinished backfill, and lists them in
 * the confirmation. If each table has one, shows a message instead.
 */
export async function startTables(
  context: ActionContext,
  target: TargetSink,
  tables: readonly string[],
): Promise<void> {
  const { ui } = context;
  const { monitor, sink } = target;
  const unfinishedByTable = getUnfinishedByTable(monitor, sink);
  const unfinished = tables.flatMap((table) => unfinishedByTable.get(table) ?? []);
  const newTables = tables.filter((table) => !unfinishedByTable.has(table));
  const [firstUnfinished] = unfinished;
  if (newTables.length === 0 && firstUnfinished !== undefined) {
    ui.showMessage(
      'information',
      describeInProgress(unfinished, target),
      createOpenBackfillAction(ui, { monitor, backfill: firstUnfinished }),
    );
    return;
  }
  const skippedTables = unfinished.map(({ table }) => table ?? '');
  const answer = await ui.ask(createStartQuestion(target, newTables, skippedTables));
  if (answer === 'console') {
    await openSinkInConsole(ui, target);
  } else if (answer === 'startQueued') {
    const limit = await pickLimit(ui, newTables.length);
    if (limit !== undefined) {
      await runStart(context, target, newTables, answer, (created) => {
        addToQueues(created, limit);
      });
    }
  } else if (answer !== undefined) {
    await runStart(context, target, newTables, answer);
  }
}

/** Explains that no backfill is started because each table already has an unfinished one. */
export function describeInProgress(unfinished: readonly Backfill[], { monitor, sink }: TargetSink): string {
  const [first, ...others] = unfinished;
  return first === undefined || others.length > 0
    ? l10n.t('Backfills of all these tables are already in progress.')
    : `${l10n.t('A backfill of {0} is already in progress.', formatBackfillName(first, sink))} ${describeCurrentState(first, monitor.serverNow)}`;
}

function createStartQuestion(
  { monitor, sink }: TargetSink,
  tables: readonly string[],
  skippedTables: readonly string[],
): Question<StartAction | 'console'> {
  const { connection, snapshot } = monitor;
  const isProduction = connection.production;
  const canStartPaused = !lacksFeature(snapshot.version, actionRules.startPaused.feature);
  const { confirmLabel, ...texts } = createStartConfirmation({
    sink,
    connection,
    tables,
    skippedTables,
    canQueue: canStartPaused,
  });
  const offersQueue = canStartPaused && tables.length > 1;
  const startPausedLabel = formatConfirmLabel(actionTexts.startPaused.confirmLabel(false), isProduction);
  return {
    severity: 'information',
    ...texts,
    choices: [
      { label: confirmLabel, value: 'start' },
      ...(offersQueue ? [{ label: getQueueLabel(), value: 'startQueued' } as const] : []),
      ...(canStartPaused ? [{ label: startPausedLabel, value: 'startPaused' } as const] : []),
      { label: l10n.t('Open in Console'), value: 'console' },
    ],
  };
}

async function runStart(
  context: ActionContext,
  target: TargetSink,
  tables: readonly string[],
  action: StartAction,
  onDone?: FollowUpActions['onDone'],
): Promise<void> {
  const { ui } = context;
  const tasks = tables.map((table) => createStartTask(target, table, action));
  const followUp: FollowUpActions = {
    createSuccessAction: (created) => createOpenBackfillAction(ui, created),
    ...(onDone && { onDone }),
    createRejectionActions: (reasons) => {
      const openInConsole = { label: l10n.t('Open in Console'), run: () => openSinkInConsole(ui, target) };
      const database = isUnknownTable(reasons) ? findDatabaseOfTarget(target) : undefined;
      if (database === undefined) {
        return [openInConsole];
      }
      const startAgain = {
        label: l10n.t('Start Again'),
        run: () => confirmAndRunTasks(context, action, tasks, followUp),
      };
      const refreshTables = {
        label: getRemedyText('refreshTables').label,
        run: () => refreshDatabaseTables(context, database, startAgain),
      };
      return [refreshTables, openInConsole];
    },
  };
  await waitForPendingWrites(tasks);
  await runTasks(context, action, tasks, followUp);
}

/** Creates the task that starts a backfill of a table. */
export function createStartTask(
  { monitor, sink }: TargetSink,
  table: string,
  action: StartAction,
): WriteTask {
  return {
    monitor,
    key: getWriteKey({ sinkId: sink.id, table }),
    name: formatBackfillName({ table }, sink),
    write: (current) => current.createBackfill(sink.id, table, actionRules[action].targetState),
  };
}

/**
 * Returns the unfinished backfills of a sink by table. The key is null if the table is unknown, for example because it
 * was dropped.
 */
export function getUnfinishedByTable(monitor: ServerMonitor, sink: Sink): Map<string | null, Backfill> {
  const unfinished = getBackfillsOfSink(monitor.snapshot, sink.id).filter(isUnfinished);
  return new Map(unfinished.map((backfill) => [backfill.table, backfill]));
}
