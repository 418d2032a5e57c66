import { t } from '@vscode/l10n';
import { type BackfillChange, getAllowedActions, type RowAction } from '../../model/backfillActions.ts';
import { getMissingFeatures } from '../../model/serverVersion.ts';
import { actionTexts, describeCurrentState } from '../../text/actionText.ts';
import { formatBackfillName } from '../../text/backfillCountsText.ts';
import { createCancelConfirmation, createChangeConfirmation } from '../../text/confirmationText.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { resolveBackfills, resolveUnfinishedBackfills, type TargetBackfill } from '../resolveTargets.ts';
import type { Target } from '../Target.ts';
import { confirm } from '../Ui.ts';
import {
  type ActionContext,
  type BackfillTask,
  runTasks,
  runTasksWhenPossible,
} from './runBackfillAction.ts';

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
  return getAllowedActions(backfill, getMissingFeatures(monitor.snapshot.version)).includes(action);
}

async function confirmAndChange(
  context: ActionContext,
  change: BackfillChange,
  targets: readonly TargetBackfill[],
): Promise<void> {
  const { ui } = context;
  const [firstTarget] = targets;
  if (firstTarget === undefined) {
    return;
  }
  const allowed = targets.filter((target) => isAllowed(target, change));
  const [firstAllowed, ...otherAllowed] = allowed;
  if (firstAllowed === undefined) {
    const { failed, emptyMessage } = actionTexts[change];
    const { backfill, monitor } = firstTarget;
    const text =
      targets.length === 1
        ? `${failed(getTargetName(firstTarget))} ${describeCurrentState(backfill, monitor.serverNow)}`
        : emptyMessage();
    ui.showMessage('information', text);
    return;
  }
  const { backfill, monitor } = firstAllowed;
  const confirmation =
    otherAllowed.length > 0
      ? createChangeConfirmation(change, allowed.map(getTargetName))
      : change === 'cancel'
        ? createCancelConfirmation(backfill, getTargetName(firstAllowed), monitor.serverNow)
        : undefined;
  if (confirmation !== undefined && !(await confirm(ui, confirmation))) {
    return;
  }
  const createTask = (target: TargetBackfill, taskChange: BackfillChange): BackfillTask => ({
    monitor: target.monitor,
    key: target.backfill.id,
    name: getTargetName(target),
    write: () => target.monitor.changeBackfill(target.backfill, taskChange),
  });
  const tasks = allowed.map((target) => createTask(target, change));
  await runTasks(context, change, tasks, {
    afterSuccess: (changed) =>
      change === 'pause'
        ? [
            {
              label: t('Undo'),
              run: () => runTasksWhenPossible(context, 'resume', [createTask(changed, 'resume')]),
            },
          ]
        : [],
  });
}

function getTargetName({ monitor, backfill }: TargetBackfill): string {
  return formatBackfillName(backfill, monitor.snapshot.sinks.get(backfill.sinkId));
}
