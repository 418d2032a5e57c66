import { t } from '@vscode/l10n';
import { getAllowedActions, type BackfillChange } from '../../model/backfillActions.ts';
import { getMissingFeatures } from '../../model/serverVersion.ts';
import { createCancelConfirmation, createChangeConfirmation } from '../../text/confirmationText.ts';
import { formatBackfillName } from '../../text/backfillCountsText.ts';
import { actionTexts, describeCurrentState } from '../../text/actionText.ts';
import type { CommandHandler, CommandContext } from '../CommandHandler.ts';
import { confirm } from '../confirm.ts';
import { runTasks, type FollowUpActions } from './runBackfillAction.ts';
import { showMessageWithActions } from '../showMessageWithActions.ts';
import { resolveUnfinishedBackfills, resolveBackfills, type TargetBackfill } from '../resolveTargets.ts';

/** Creates the command that changes the selected backfills, or those that the user picks. */
export function createChangeCommand(change: BackfillChange): CommandHandler {
  return async (context, { targets: commandTargets }) => {
    const targets = await resolveBackfills(context, commandTargets, {
      placeHolder: actionTexts[change].pickPlaceholder(),
      emptyMessage: actionTexts[change].emptyMessage(),
      filter: (candidate) => isAllowed(candidate, change),
    });
    await confirmAndChange(context, change, targets);
  };
}

/** Creates the command that changes all backfills of a sink whose state allows it. */
export function createChangeAllCommand(change: BackfillChange): CommandHandler {
  return async (context, { targets: commandTargets }) => {
    const targets = await resolveUnfinishedBackfills(context, commandTargets);
    if (targets?.length === 0) {
      showMessageWithActions(context, 'information', actionTexts[change].emptyMessage());
    } else if (targets !== undefined) {
      await confirmAndChange(context, change, targets);
    }
  };
}

async function confirmAndChange(
  context: CommandContext,
  change: BackfillChange,
  targets: readonly TargetBackfill[],
): Promise<void> {
  const [firstTarget] = targets;
  if (firstTarget === undefined) {
    return;
  }
  const allowed = targets.filter((target) => isAllowed(target, change));
  const [firstAllowed, ...otherAllowed] = allowed;
  if (firstAllowed === undefined) {
    const text =
      targets.length === 1
        ? `${actionTexts[change].failed(getTargetName(firstTarget))} ${describeCurrentState(firstTarget.backfill, firstTarget.monitor.serverNow)}`
        : actionTexts[change].emptyMessage();
    showMessageWithActions(context, 'information', text);
    return;
  }
  const confirmation =
    otherAllowed.length > 0
      ? createChangeConfirmation(change, allowed.map(getTargetName))
      : change === 'cancel'
        ? createCancelConfirmation(
            firstAllowed.backfill,
            getTargetName(firstAllowed),
            firstAllowed.monitor.serverNow,
          )
        : undefined;
  if (confirmation === undefined || (await confirm(confirmation))) {
    await runChange(context, change, allowed);
  }
}

async function runChange(
  context: CommandContext,
  change: BackfillChange,
  targets: readonly TargetBackfill[],
): Promise<void> {
  const tasks = targets.map((target) => ({
    monitor: target.monitor,
    value: target,
    name: getTargetName(target),
    write: () => target.monitor.changeBackfill(target.backfill, change),
  }));
  // A button in a message is never a double click: wait for a pending write rather than ignore it.
  const runNextChange = async (
    nextChange: BackfillChange,
    nextTargets: readonly TargetBackfill[],
  ): Promise<void> => {
    await Promise.all(
      nextTargets.map(({ monitor, backfill }) => monitor.waitForPendingWrites([backfill.id])),
    );
    await runChange(context, nextChange, nextTargets);
  };
  const followUp: FollowUpActions<TargetBackfill> = {
    afterSuccess: (changed) =>
      change === 'pause' ? [{ label: t('Undo'), run: () => runNextChange('resume', [changed]) }] : [],
    retry: (nextTargets) => runNextChange(change, nextTargets),
  };
  await runTasks(context, change, tasks, followUp);
}

function isAllowed({ monitor, backfill }: TargetBackfill, change: BackfillChange): boolean {
  return getAllowedActions(backfill, getMissingFeatures(monitor.snapshot.version)).includes(change);
}

function getTargetName({ monitor, backfill }: TargetBackfill): string {
  return formatBackfillName(backfill, monitor.snapshot.sinks.get(backfill.sinkId));
}
