import { t } from '@vscode/l10n';
import { type BackfillChange, getAllowedActions, type RowAction } from '../../model/backfillActions.ts';
import { findBackfill } from '../../servers/Snapshot.ts';
import { actionTexts, describeCurrentState } from '../../text/actionText.ts';
import { formatBackfillName } from '../../text/backfillCountsText.ts';
import { createActionConfirmation } from '../../text/confirmationText.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { resolveBackfills, resolveUnfinishedBackfills, type TargetBackfill } from '../resolveTargets.ts';
import type { Target } from '../Target.ts';
import { confirm, type StatusAction, type Ui } from '../Ui.ts';
import { type ActionContext, type BackfillTask, rerunTasks, runTasks } from './runBackfillAction.ts';

/** Creates the command that changes the selected backfills, or those that the user picks. */
export function createChangeCommand(change: BackfillChange): CommandHandler {
  return async (context, { targets }) => {
    await confirmAndChange(context, change, await resolveActionTargets(context, change, targets));
  };
}

/** Creates the command that changes all backfills of a sink whose state allows it. */
export function createChangeAllCommand(change: BackfillChange): CommandHandler {
  return async (context, { targets: commandTargets }) => {
    const targets = await resolveUnfinishedBackfills(context, commandTargets);
    if (targets?.length === 0) {
      context.ui.showMessage('information', actionTexts[change].emptyMessage());
    } else if (targets !== undefined) {
      await confirmAndChange(context, change, targets);
    }
  };
}

/** The backfills to run an action on: the targets, or those that the user picks of the ones that allow it. */
export async function resolveActionTargets(
  context: CommandContext,
  action: RowAction,
  targets: readonly Target[] | undefined,
): Promise<readonly TargetBackfill[]> {
  const { pickPlaceholder, emptyMessage } = actionTexts[action];
  return resolveBackfills(context, targets, {
    placeholder: pickPlaceholder(),
    emptyMessage: emptyMessage(),
    filter: (candidate) => isAllowed(candidate, action),
  });
}

/** Whether the backfill's state and the server's version allow an action. */
export function isAllowed({ monitor, backfill }: TargetBackfill, action: RowAction): boolean {
  return getAllowedActions(backfill, monitor.snapshot.version).includes(action);
}

/** Changes the targets that allow it, after confirmation if it is necessary. Explains why if none does. */
async function confirmAndChange(
  context: ActionContext,
  change: BackfillChange,
  targets: readonly TargetBackfill[],
): Promise<void> {
  const allowed = targets.filter((target) => isAllowed(target, change));
  if (allowed.length === 0) {
    if (targets.length > 0) {
      context.ui.showMessage('information', describeNotAllowed(change, targets));
    }
    return;
  }
  if (await confirmChange(context.ui, change, allowed)) {
    await runTasks(
      context,
      change,
      allowed.map((target) => createTask(target, change)),
      { ...(change === 'pause' && { afterSuccess: (paused) => createUndoAction(context, paused) }) },
    );
  }
}

/** Explains why a change is not allowed for any of the targets. */
function describeNotAllowed(change: BackfillChange, targets: readonly TargetBackfill[]): string {
  const { failed, emptyMessage } = actionTexts[change];
  const [target, ...others] = targets;
  return target === undefined || others.length > 0
    ? emptyMessage()
    : `${failed(getTargetName(target))} ${describeTargetState(target)}`;
}

/** Asks before cancelling, before changing several backfills, and before every change in production. */
async function confirmChange(
  ui: Ui,
  change: BackfillChange,
  targets: readonly TargetBackfill[],
): Promise<boolean> {
  const connections = targets.map(({ monitor }) => monitor.connection);
  const isNecessary =
    change === 'cancel' || targets.length > 1 || connections.some(({ production }) => production);
  if (!isNecessary) {
    return true;
  }
  const names = targets.map(getTargetName);
  const detail = targets.map(describeTargetState).join('\n');
  return confirm(ui, createActionConfirmation(change, { names, connections, detail }));
}

function createTask(target: TargetBackfill, change: BackfillChange): BackfillTask {
  const { monitor, backfill } = target;
  return {
    monitor,
    key: backfill.id,
    name: getTargetName(target),
    write: () => monitor.changeBackfill(backfill, change),
  };
}

/** The button that resumes a backfill as long as it is paused. */
function createUndoAction(context: ActionContext, paused: TargetBackfill): StatusAction {
  const { monitor, backfill } = paused;
  return {
    label: t('Undo'),
    run: () => rerunTasks(context, 'resume', [createTask(paused, 'resume')]),
    isAvailable: () =>
      context.servers.monitors.includes(monitor) &&
      findBackfill(monitor.snapshot, backfill.sinkId, backfill.id)?.state === 'paused',
  };
}

function getTargetName({ monitor, backfill }: TargetBackfill): string {
  return formatBackfillName(backfill, monitor.snapshot.sinks.get(backfill.sinkId));
}

function describeTargetState({ monitor, backfill }: TargetBackfill): string {
  return describeCurrentState(backfill, monitor.serverNow);
}
