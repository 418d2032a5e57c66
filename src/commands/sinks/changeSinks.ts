import * as l10n from '@vscode/l10n';
import { isSinkActionAllowed, type SinkAction, sinkActionRules } from '../../model/sinkActions.ts';
import { listRunningBackfills } from '../../servers/findInterrupted.ts';
import { getWriteKey } from '../../servers/Snapshot.ts';
import { type Confirmation, createSinkConfirmation, type Interruption } from '../../text/confirmationText.ts';
import { describeSinkState, sinkActionTexts } from '../../text/sinkActionText.ts';
import { formatSinkName } from '../../text/sinkText.ts';
import { formatTargetName } from '../../text/writeText.ts';
import { runTasks, waitForPendingWrites } from '../backfills/runTasks.ts';
import type { WriteTask } from '../backfills/WriteTask.ts';
import type { ActionContext, CommandHandler } from '../CommandHandler.ts';
import { resolveSinks } from '../resolveTargets.ts';
import type { TargetSink } from '../targetItems.ts';

/** Creates the command that changes the status of the selected sinks, or of the sinks that the user picks. */
export function createSinkCommand(action: SinkAction): CommandHandler {
  return async (context, { targets }) => {
    const { pickPlaceholder, emptyMessage } = sinkActionTexts[action];
    const sinks = await resolveSinks(context, targets, {
      placeholder: pickPlaceholder(),
      emptyMessage,
      filter: (target) => isAllowed(target, action),
    });
    await changeSinks(context, action, sinks);
  };
}

/** Whether the status of a sink allows an action. */
export function isAllowed({ sink }: TargetSink, action: SinkAction): boolean {
  return isSinkActionAllowed(action, sink.status);
}

/** Explains why the status of a sink doesn't allow an action. */
export function describeNotAllowed(action: SinkAction, { sink }: TargetSink): string {
  return `${sinkActionTexts[action].failed(formatTargetName(action, formatSinkName(sink)))} ${describeSinkState(sink)}`;
}

/** Creates the task that runs an action on a sink. */
export function createSinkTask({ monitor, sink }: TargetSink, action: SinkAction): WriteTask {
  return {
    monitor,
    key: getWriteKey({ sinkId: sink.id }),
    name: formatSinkName(sink),
    write: (current) => current.changeSink(sink.id, action),
  };
}

/**
 * Creates the confirmation of an action on sinks. The confirmation states how many backfills of other sinks the action
 * interrupts.
 */
export function createConfirmation(action: SinkAction, targets: readonly TargetSink[]): Confirmation {
  const names = targets.map(({ sink }) => formatSinkName(sink));
  const connections = targets.map(({ monitor }) => monitor.connection);
  return createSinkConfirmation(action, { names, connections }, findInterruption(action, targets));
}

async function changeSinks(
  context: ActionContext,
  action: SinkAction,
  targets: readonly TargetSink[],
): Promise<void> {
  const { ui } = context;
  const { emptyMessage } = sinkActionTexts[action];
  const [firstTarget, ...otherTargets] = targets;
  if (firstTarget === undefined) {
    return;
  }
  const allowed = targets.filter((target) => isAllowed(target, action));
  if (allowed.length === 0) {
    const text = otherTargets.length === 0 ? describeNotAllowed(action, firstTarget) : emptyMessage();
    ui.showMessage('information', text);
    return;
  }
  const confirmedAction = await confirmAction(context, action, allowed);
  if (confirmedAction === action) {
    const tasks = allowed.map((target) => createSinkTask(target, action));
    await waitForPendingWrites(tasks);
    await runTasks(context, action, tasks);
  } else if (confirmedAction !== undefined) {
    await changeSinks(context, confirmedAction, targets);
  }
}

/**
 * Asks for confirmation, unless the action activates a single sink that isn't in production, and interrupts no
 * backfill. Returns the action that the user chooses, or `action` if no confirmation is necessary; undefined if the
 * dialog is dismissed.
 */
async function confirmAction(
  { ui }: ActionContext,
  action: SinkAction,
  targets: readonly TargetSink[],
): Promise<SinkAction | undefined> {
  const interruption = findInterruption(action, targets);
  const connections = targets.map(({ monitor }) => monitor.connection);
  const isNecessary =
    sinkActionRules[action].targetStatus !== 'active' ||
    targets.length > 1 ||
    interruption.count > 0 ||
    connections.some(({ production }) => production);
  if (!isNecessary) {
    return action;
  }
  const { confirmLabel, ...texts } = createConfirmation(action, targets);
  const offersPause = action === 'disableSink' && targets.some((target) => isAllowed(target, 'pauseSink'));
  return ui.ask<SinkAction>({
    severity: 'warning',
    ...texts,
    choices: [
      { label: confirmLabel, value: action },
      ...(offersPause ? [{ label: l10n.t('Pause Instead'), value: 'pauseSink' as const }] : []),
    ],
  });
}

/** Finds the running backfills of other sinks that the action interrupts: those that read the same databases. */
function findInterruption(action: SinkAction, targets: readonly TargetSink[]): Interruption {
  // Disabling a sink is the only change that doesn't restart the replication of its database.
  if (sinkActionRules[action].targetStatus === 'disabled') {
    return { count: 0, databases: [] };
  }
  const byServer = Map.groupBy(targets, ({ monitor }) => monitor);
  // The database of each interrupted backfill. Ignores sinks whose database is unknown.
  const databases = [...byServer].flatMap(([{ snapshot }, targetsOfServer]) => {
    const sinkIds = new Set(targetsOfServer.map(({ sink }) => sink.id));
    const restartedDatabases = new Set(targetsOfServer.flatMap(({ sink }) => sink.database ?? []));
    return listRunningBackfills(snapshot, ({ id }) => !sinkIds.has(id))
      .flatMap(({ sink }) => sink.database ?? [])
      .filter((database) => restartedDatabases.has(database));
  });
  return { count: databases.length, databases: [...new Set(databases)] };
}
