import * as l10n from '@vscode/l10n';
import { compareNewestFirst, isUnfinished } from '../../model/Backfill.ts';
import {
  type BackfillAction,
  type ChangeAction,
  getAllowedActions,
  isUnsupported,
} from '../../model/backfillActions.ts';
import { findBackfill, getBackfillsOfSink, getWriteKey } from '../../servers/Snapshot.ts';
import { actionTexts, describeCurrentState, describePauseRequirement } from '../../text/actionText.ts';
import { formatBackfillCount } from '../../text/backfillCountsText.ts';
import { formatBackfillName } from '../../text/backfillText.ts';
import { createActionConfirmation } from '../../text/confirmationText.ts';
import { getQueueLabel } from '../../text/queueText.ts';
import type { ActionContext, CommandContext, CommandHandler } from '../CommandHandler.ts';
import { resolveBackfills, resolveSinks } from '../resolveTargets.ts';
import type { Target } from '../Target.ts';
import type { TargetBackfill } from '../targetItems.ts';
import type { StatusAction, Ui } from '../Ui.ts';
import { pickLimit } from './pickLimit.ts';
import { addToQueues, getMaxPerConnection, removeFromQueues } from './queueTargets.ts';
import { confirmAndRunTasks, runTasks, waitForPendingWrites } from './runTasks.ts';
import type { FollowUpActions, WriteTask } from './WriteTask.ts';

/** Creates the command that changes the selected backfills, or the backfills that the user picks. */
export function createChangeCommand(change: ChangeAction): CommandHandler {
  return async (context, { targets }) => {
    await confirmAndChange(context, change, await resolveActionTargets(context, change, targets));
  };
}

/**
 * For a keyboard shortcut: pauses the targets or, if none of them can be paused, resumes them. Menus have separate
 * commands for pausing and resuming, and offer only what is possible.
 */
export const pauseOrResumeBackfill: CommandHandler = async (context, { targets }) => {
  const backfills = await resolveActionTargets(context, 'pause', targets);
  const canChange = (change: ChangeAction): boolean => backfills.some((target) => isAllowed(target, change));
  const isAnyActive = backfills.some(({ backfill }) => backfill.state === 'active');
  // If neither is possible, the message explains why an active backfill can't be paused.
  const pauses = canChange('pause') || (isAnyActive && !canChange('resume'));
  await confirmAndChange(context, pauses ? 'pause' : 'resume', backfills);
};

/**
 * Creates the command that changes the unfinished backfills of sinks. Skips backfills whose state doesn't allow the
 * change.
 */
export function createChangeAllCommand(change: ChangeAction): CommandHandler {
  return async (context, { targets: commandTargets }) => {
    const sinks = await resolveSinks(context, commandTargets);
    const targets = sinks.flatMap(({ monitor, sink }) =>
      getBackfillsOfSink(monitor.snapshot, sink.id)
        .filter(isUnfinished)
        .map((backfill) => ({ monitor, backfill })),
    );
    if (sinks.length > 0 && targets.length === 0) {
      context.ui.showMessage('information', actionTexts[change].emptyMessage());
    } else {
      await confirmAndChange(context, change, targets);
    }
  };
}

/**
 * Returns the backfills to run an action on: the targets or, if `targets` is undefined, those that the user picks. The
 * user can pick from the backfills that allow the action.
 */
export async function resolveActionTargets(
  context: CommandContext,
  action: BackfillAction,
  targets: readonly Target[] | undefined,
): Promise<readonly TargetBackfill[]> {
  return resolveBackfills(context, targets, {
    placeholder: actionTexts[action].pickPlaceholder(),
    emptyMessage: (candidates) => describeNoneAllowed(action, candidates),
    filter: (candidate) => isAllowed(candidate, action),
  });
}

/** Whether the backfill's state and the server's version allow an action. */
export function isAllowed({ monitor, backfill }: TargetBackfill, action: BackfillAction): boolean {
  return getAllowedActions(backfill, monitor.snapshot.version).includes(action);
}

/** Changes the targets that allow the change, after confirmation if necessary. If no target allows it, explains why. */
export async function confirmAndChange(
  context: ActionContext,
  change: ChangeAction,
  targets: readonly TargetBackfill[],
): Promise<void> {
  const allowed = targets.filter((target) => isAllowed(target, change));
  if (allowed.length === 0) {
    if (targets.length > 0) {
      context.ui.showMessage('information', describeNotAllowed(change, targets));
    }
    return;
  }
  const answer = await confirmChange(context.ui, change, allowed);
  if (answer === 'few') {
    await runFewAtATime(context, change, allowed);
  } else if (answer === 'all') {
    if (change === 'pause') {
      // Targets that are queued are already paused, and the queue must not resume them.
      removeFromQueues(targets);
    }
    await runChange(context, change, allowed);
  }
}

async function runChange(
  context: ActionContext,
  change: ChangeAction,
  targets: readonly TargetBackfill[],
  onDone?: FollowUpActions['onDone'],
): Promise<void> {
  const tasks = targets.map((target) => createChangeTask(target, change));
  await runTasks(context, change, tasks, {
    ...(change === 'pause' && { createSuccessAction: (paused) => createUndoAction(context, paused) }),
    ...(onDone && { onDone }),
  });
}

/**
 * Lets the user pick a limit, and adds the backfills to the queues of their connections, oldest first. If `change` is
 * `pause`, the oldest backfills of each connection keep running, up to the limit, and the others are paused first.
 */
async function runFewAtATime(
  context: ActionContext,
  change: ChangeAction,
  targets: readonly TargetBackfill[],
): Promise<void> {
  const limit = await pickLimit(context.ui, getMaxPerConnection(targets));
  if (limit === undefined) {
    return;
  }
  await waitForPendingWrites(targets.map((target) => createChangeTask(target, change)));
  const ordered = targets.toSorted((a, b) => compareNewestFirst(b.backfill, a.backfill));
  if (change === 'resume') {
    addToQueues(ordered, limit);
    context.ui.showStatus(actionTexts.startQueued.confirmed(formatBackfillCount(targets.length)));
    return;
  }
  const groups = [...Map.groupBy(ordered, ({ monitor }) => monitor).values()];
  const running = groups.flatMap((group) => group.slice(0, limit));
  const excess = groups.flatMap((group) => group.slice(limit));
  await runChange(context, change, excess, (paused) => {
    addToQueues([...running, ...paused], limit);
  });
}

/** Explains why none of the targets allows a change. */
export function describeNotAllowed(change: ChangeAction, targets: readonly TargetBackfill[]): string {
  const [target, ...others] = targets;
  return target === undefined || others.length > 0 || needsNewerServer(target, change)
    ? describeNoneAllowed(change, targets)
    : `${actionTexts[change].failed(getTargetName(target))} ${describeTargetState(target)}`;
}

function describeNoneAllowed(action: BackfillAction, targets: readonly TargetBackfill[]): string {
  return targets.some((target) => needsNewerServer(target, action))
    ? describePauseRequirement()
    : actionTexts[action].emptyMessage();
}

function needsNewerServer({ monitor, backfill }: TargetBackfill, action: BackfillAction): boolean {
  return isUnsupported(backfill, action, monitor.snapshot.version);
}

/**
 * Asks for confirmation before canceling, before changing several backfills, and before every change in production. The
 * dialog also offers to run a few backfills at a time, unless the change cancels them or no connection has more than
 * one of them. After the answer `all`, waits until no earlier write blocks the change. Returns undefined if the dialog
 * is dismissed, and `all` if no confirmation is necessary.
 */
export async function confirmChange(
  ui: Ui,
  change: ChangeAction,
  targets: readonly TargetBackfill[],
): Promise<'all' | 'few' | undefined> {
  const connections = targets.map(({ monitor }) => monitor.connection);
  const isNecessary =
    change === 'cancel' || targets.length > 1 || connections.some(({ production }) => production);
  if (!isNecessary) {
    return 'all';
  }
  const names = targets.map(getTargetName);
  const detail = targets.map(describeTargetState).join('\n');
  const { confirmLabel, ...texts } = createActionConfirmation(change, { names, connections, detail });
  const answer = await ui.ask<'all' | 'few'>({
    severity: 'warning',
    ...texts,
    choices: [
      { label: confirmLabel, value: 'all' },
      ...(change === 'cancel' || getMaxPerConnection(targets) === 1
        ? []
        : [{ label: getQueueLabel(), value: 'few' } as const]),
    ],
  });
  if (answer === 'all') {
    await waitForPendingWrites(targets.map((target) => createChangeTask(target, change)));
  }
  return answer;
}

/** Creates the task that changes a backfill. */
export function createChangeTask(target: TargetBackfill, change: ChangeAction): WriteTask {
  const { monitor, backfill } = target;
  return {
    monitor,
    key: getWriteKey({ backfillId: backfill.id }),
    name: getTargetName(target),
    write: (current) => current.changeBackfill(backfill, change),
    ...(change === 'cancel' && { canceledBackfill: backfill }),
  };
}

/** Creates the button that resumes a paused backfill. The button is available while the backfill is paused. */
function createUndoAction(context: ActionContext, paused: TargetBackfill): StatusAction {
  const { monitor, backfill } = paused;
  const { connection } = monitor;
  return {
    label: l10n.t('Undo'),
    run: () => confirmAndRunTasks(context, 'resume', [createChangeTask(paused, 'resume')]),
    isAvailable: () => {
      const snapshot = context.servers.findMonitor(connection)?.snapshot;
      return (
        snapshot !== undefined && findBackfill(snapshot, backfill.sinkId, backfill.id)?.state === 'paused'
      );
    },
  };
}

/** Returns the name of a backfill in messages: `table → sink`. */
export function getTargetName({ monitor, backfill }: TargetBackfill): string {
  return formatBackfillName(backfill, monitor.snapshot.sinks.get(backfill.sinkId));
}

/** Describes the current state of a backfill in a sentence. */
export function describeTargetState({ monitor, backfill }: TargetBackfill): string {
  return describeCurrentState(backfill, monitor.serverNow);
}
