import * as l10n from '@vscode/l10n';
import { writeMany } from '../../servers/writeMany.ts';
import { createActionConfirmation } from '../../text/confirmationText.ts';
import { formatTargetCount, getWriteText } from '../../text/writeText.ts';
import type { ActionContext } from '../CommandHandler.ts';
import { confirm, type Ui } from '../Ui.ts';
import { isQueued, removeFromQueues, setCanceling } from './queueTargets.ts';
import { createTaskResult, type TaskResult } from './taskResult.ts';
import type { FollowUpActions, TaskAction, TaskOutcome, WriteTask } from './WriteTask.ts';

/**
 * Runs tasks, and shows their result. Drops a task that an earlier write blocks, for example after a double click. If
 * the user has confirmed the tasks in a dialog, call {@link waitForPendingWrites} first.
 */
export async function runTasks(
  context: ActionContext,
  action: TaskAction,
  tasks: readonly WriteTask[],
  followUp?: FollowUpActions,
): Promise<void> {
  const { ui } = context;
  const result = await performTasks(context, action, tasks, followUp);
  if (result?.succeeded === true) {
    ui.showStatus(result.message, result.buttons[0]);
  } else if (result !== undefined) {
    ui.showMessage('warning', result.message, ...result.buttons);
  }
}

/**
 * Runs tasks for a button of an earlier message, such as _Undo_. Asks for confirmation in production, and shows the
 * result of the tasks.
 */
export async function confirmAndRunTasks(
  context: ActionContext,
  action: TaskAction,
  tasks: readonly WriteTask[],
  followUp?: FollowUpActions,
): Promise<void> {
  if (await confirmTasks(context, action, tasks)) {
    await runTasks(context, action, tasks, followUp);
  }
}

/**
 * Asks for confirmation in production. If the user confirms, waits until no earlier write blocks the tasks, not even a
 * write that began while the dialog was open. Returns false if the dialog is dismissed.
 */
export async function confirmTasks(
  context: ActionContext,
  action: TaskAction,
  tasks: readonly WriteTask[],
): Promise<boolean> {
  const connectedTasks = findConnected(context, tasks);
  const connections = connectedTasks.map(({ monitor }) => monitor.connection);
  const names = connectedTasks.map(({ name }) => name);
  const isConfirmed =
    !connections.some(({ production }) => production) ||
    (await confirm(context.ui, createActionConfirmation(action, { names, connections })));
  if (isConfirmed) {
    await waitForPendingWrites(findConnected(context, tasks));
  }
  return isConfirmed;
}

/**
 * Waits until no earlier write blocks the tasks. Otherwise, the guard against double clicks would drop an action that
 * the user has confirmed.
 */
export async function waitForPendingWrites(tasks: readonly WriteTask[]): Promise<void> {
  await Promise.all(tasks.map(({ monitor, key }) => monitor.waitForPendingWrites([key])));
}

/**
 * Returns the tasks with the current monitors of their connections, without the tasks of removed connections. The user
 * may press a button of a message after its connection was removed, or after a new token replaced the monitor.
 */
function findConnected({ servers }: ActionContext, tasks: readonly WriteTask[]): readonly WriteTask[] {
  return tasks.flatMap((task) => {
    const monitor = servers.findMonitor(task.monitor.connection);
    return monitor === undefined ? [] : [{ ...task, monitor }];
  });
}

/**
 * Runs tasks as {@link runTasks} does, but returns their result instead of showing it. Skips the tasks of removed
 * connections. Shows the progress if there are several tasks. Returns undefined if nothing was sent: all connections
 * were removed, or an earlier write blocks the only task.
 */
export async function performTasks(
  context: ActionContext,
  action: TaskAction,
  tasks: readonly WriteTask[],
  followUp: FollowUpActions = {},
): Promise<TaskResult | undefined> {
  const connectedTasks = findConnected(context, tasks);
  if (connectedTasks.length === 0) {
    return undefined;
  }
  const outcomes = await cancelInQueues(connectedTasks, () => writeTasks(context.ui, action, connectedTasks));
  const tasksWithOutcomes = connectedTasks.map((task, index) => ({ task, outcome: outcomes[index] }));
  return createTaskResult(tasksWithOutcomes, {
    ui: context.ui,
    action,
    followUp,
    retry: (retried) => confirmAndRunTasks(context, action, retried, followUp),
  });
}

/** Explains to an agent or another extension why there is no result. */
export function describeNoChange(): string {
  return l10n.t('Nothing was changed. The change was declined, or is already in progress.');
}

/**
 * Keeps queues from resuming backfills while tasks cancel them. If an outcome is unconfirmed, the backfill leaves its
 * queue, because the server may still cancel it. Other backfills that weren't canceled keep their places, even if a
 * write throws.
 */
async function cancelInQueues(
  tasks: readonly WriteTask[],
  write: () => Promise<readonly TaskOutcome[]>,
): Promise<readonly TaskOutcome[]> {
  const queued = tasks.flatMap(({ monitor, canceledBackfill }, index) =>
    canceledBackfill !== undefined && isQueued({ monitor, backfill: canceledBackfill })
      ? [{ index, monitor, backfill: canceledBackfill }]
      : [],
  );
  setCanceling(queued, true);
  try {
    const outcomes = await write();
    removeFromQueues(queued.filter(({ index }) => outcomes[index]?.kind === 'unconfirmed'));
    return outcomes;
  } finally {
    setCanceling(queued, false);
  }
}

/**
 * Sends the writes of tasks. If there are several tasks, shows their progress in a notification, where the user can
 * skip the writes that weren't sent yet.
 */
async function writeTasks(
  ui: Ui,
  action: TaskAction,
  tasks: readonly WriteTask[],
): Promise<readonly TaskOutcome[]> {
  const write = (task: WriteTask): Promise<TaskOutcome> => task.write(task.monitor);
  if (tasks.length === 1) {
    return Promise.all(tasks.map(write));
  }
  const title = getWriteText(action).progressTitle(formatTargetCount(action, tasks.length));
  return ui.showProgress(title, tasks.length, (signal, onSettled) =>
    writeMany(tasks, write, { signal, onSettled }),
  );
}
