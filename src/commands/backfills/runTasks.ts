import * as l10n from '@vscode/l10n';
import { commandIds } from '../../contributions/commandIds.ts';
import { recoveryCommands } from '../../contributions/recoveryCommands.ts';
import type { Backfill } from '../../model/Backfill.ts';
import type { WriteAction } from '../../model/backfillActions.ts';
import type { Failure } from '../../model/failure.ts';
import type { Sink } from '../../model/Sink.ts';
import type { SinkAction } from '../../model/sinkActions.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { writeMany } from '../../servers/writeMany.ts';
import type { WriteOutcome } from '../../servers/WriteSender.ts';
import { createActionConfirmation } from '../../text/confirmationText.ts';
import { describeFailure, getRecoveryLabel, type RecoveryAction } from '../../text/failureText.ts';
import { formatCount } from '../../text/format.ts';
import { describeBulkResult, describeWriteFailure } from '../../text/outcomeText.ts';
import { getWriteText } from '../../text/writeText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { toBackfillRef } from '../resolveTargets.ts';
import type { TargetBackfill } from '../targetItems.ts';
import { confirm, type MessageAction, type StatusAction, type Ui } from '../Ui.ts';

/** The services that the actions on backfills and sinks use. */
export type ActionContext = Pick<CommandContext, 'ui' | 'servers'>;

/** One write to a backfill, to a table of a sink, or to a sink. */
export interface WriteTask {
  readonly monitor: ServerMonitor;
  /** The key of the write, from `getWriteKey`. */
  readonly key: string;
  /** The name in messages: `table → sink` for a backfill, or the name of the sink. */
  readonly name: string;
  readonly write: (monitor: ServerMonitor) => Promise<WriteOutcome<Backfill | Sink> | undefined>;
}

/** What follows the writes: buttons of the messages about their outcome, and a callback. */
export interface FollowUpActions {
  /** Creates the button after a single write to a backfill succeeded. */
  readonly afterSuccess?: (changed: TargetBackfill) => StatusAction;
  /** Called with the backfills that were changed, in the order of the tasks, before their message is shown. */
  readonly onDone?: (changed: readonly TargetBackfill[]) => void;
  /** Creates the buttons after the server rejected a single request as invalid. */
  readonly afterRejection?: (reasons: readonly string[]) => readonly MessageAction[];
}

/**
 * Runs tasks that the user has confirmed, and shows their outcome. Skips those of a connection that was removed in the
 * meantime.
 */
export async function runTasks(
  context: ActionContext,
  action: WriteAction | SinkAction,
  tasks: readonly WriteTask[],
  followUp: FollowUpActions = {},
): Promise<void> {
  const connectedTasks = findConnected(context, tasks);
  const [firstTask, ...otherTasks] = connectedTasks;
  if (firstTask !== undefined) {
    await (otherTasks.length === 0
      ? runTask(context, action, firstTask, followUp)
      : runTasksWithProgress(context, action, connectedTasks, followUp));
  }
}

/**
 * Runs tasks for a button of an earlier message, such as _Undo_, or for a tool. First waits until no earlier write
 * blocks them: the guard against double clicks would drop them silently. Asks for confirmation in production.
 */
export async function confirmAndRunTasks(
  context: ActionContext,
  action: WriteAction | SinkAction,
  tasks: readonly WriteTask[],
  followUp?: FollowUpActions,
): Promise<void> {
  const connectedTasks = findConnected(context, tasks);
  const connections = connectedTasks.map(({ monitor }) => monitor.connection);
  await waitForPendingWrites(connectedTasks);
  if (connections.some(({ production }) => production)) {
    const names = connectedTasks.map(({ name }) => name);
    if (!(await confirm(context.ui, createActionConfirmation(action, { names, connections })))) {
      return;
    }
  }
  await runTasks(context, action, connectedTasks, followUp);
}

/**
 * Waits until no earlier write blocks the tasks. Otherwise, the guard against double clicks would drop an action that
 * the user has confirmed.
 */
export async function waitForPendingWrites(tasks: readonly WriteTask[]): Promise<void> {
  await Promise.all(tasks.map(({ monitor, key }) => monitor.waitForPendingWrites([key])));
}

/**
 * Returns the tasks with the current monitors of their connections, without those of removed connections. A message
 * with a button may outlive its connection, and a new token replaces the monitor.
 */
function findConnected({ servers }: ActionContext, tasks: readonly WriteTask[]): readonly WriteTask[] {
  return tasks.flatMap((task) => {
    const monitor = servers.findMonitor(task.monitor.connection);
    return monitor === undefined ? [] : [{ ...task, monitor }];
  });
}

/** Runs a single task and shows its outcome. Shows nothing if the same write is already pending. */
async function runTask(
  context: ActionContext,
  action: WriteAction | SinkAction,
  task: WriteTask,
  followUp: FollowUpActions,
): Promise<void> {
  const { ui } = context;
  const { monitor, name } = task;
  const texts = getWriteText(action);
  const outcome = await task.write(monitor);
  if (outcome === undefined) {
    return;
  }
  if (outcome.kind === 'done') {
    const changed = toChangedTargets(monitor, outcome.written);
    followUp.onDone?.(changed);
    ui.showStatus(texts.confirmed(name), changed[0] && followUp.afterSuccess?.(changed[0]));
    return;
  }
  const reason = describeWriteFailure(outcome, monitor.connection.name, monitor.serverNow);
  const buttons =
    outcome.kind === 'unconfirmed'
      ? [createRecoveryAction(ui, 'refresh', monitor)]
      : createFailureActions(context, action, task, outcome, followUp);
  ui.showMessage('warning', `${texts[outcome.kind](name)} ${reason}`, ...buttons);
}

/** Runs many tasks with a cancellable progress notification, and shows one message with all outcomes. */
async function runTasksWithProgress(
  context: ActionContext,
  action: WriteAction | SinkAction,
  tasks: readonly WriteTask[],
  followUp: FollowUpActions,
): Promise<void> {
  const { ui } = context;
  const title = getWriteText(action).progressTitle(formatCount(tasks.length));
  const outcomes = await ui.showProgress(title, tasks.length, (signal, onSettled) =>
    writeMany(tasks, (task) => task.write(task.monitor), { signal, onSettled }),
  );
  const results = tasks.map((task, index) => ({ task, outcome: outcomes[index] }));
  const listProblems = (kind: 'failed' | 'unconfirmed'): { name: string; reason: string }[] =>
    results.flatMap(({ task: { name, monitor }, outcome }) =>
      outcome === undefined || outcome.kind === 'done' || outcome.kind !== kind
        ? []
        : [{ name, reason: describeBulkFailure(outcome, monitor) }],
    );
  const done = results.filter(({ outcome }) => outcome?.kind === 'done').length;
  followUp.onDone?.(
    results.flatMap(({ task: { monitor }, outcome }) =>
      outcome?.kind === 'done' ? toChangedTargets(monitor, outcome.written) : [],
    ),
  );
  const text = describeBulkResult(action, {
    done,
    failed: listProblems('failed'),
    unconfirmed: listProblems('unconfirmed'),
    notTried: results.flatMap(({ task, outcome }) => (outcome === undefined ? [task.name] : [])),
  });
  const retryableTasks = results
    .filter(
      ({ outcome }) => outcome === undefined || (outcome.kind === 'failed' && isRetryable(outcome.failure)),
    )
    .map(({ task }) => task);
  if (done === tasks.length) {
    ui.showStatus(text);
  } else {
    const canRetry = retryableTasks.length > 0;
    ui.showMessage(
      'warning',
      text,
      ...(canRetry ? [createRetryAction(context, action, retryableTasks, followUp)] : []),
    );
  }
}

/** The backfill that was written, with the monitor of its server; nothing for a sink. */
function toChangedTargets(monitor: ServerMonitor, written: Backfill | Sink): TargetBackfill[] {
  return 'state' in written ? [{ monitor, backfill: written }] : [];
}

type UnsuccessfulOutcome = Exclude<WriteOutcome<Backfill | Sink>, { kind: 'done' }>;

/**
 * Describes why one of many writes didn't succeed. Leaves out the current state unless it explains the failure: it
 * contains the progress of a backfill, so each reason would differ and none could be grouped.
 */
function describeBulkFailure(
  { failure, current }: UnsuccessfulOutcome,
  { connection, serverNow }: ServerMonitor,
): string {
  const conflicting = failure.kind === 'conflict' ? current : undefined;
  return describeWriteFailure({ failure, current: conflicting }, connection.name, serverNow);
}

/** Whether a retry may succeed. It can't after the backfill was deleted or changed, nor for an invalid request. */
function isRetryable({ kind }: Failure): boolean {
  return kind !== 'notFound' && kind !== 'conflict' && kind !== 'invalid';
}

function createFailureActions(
  context: ActionContext,
  action: WriteAction | SinkAction,
  task: WriteTask,
  { failure, current }: UnsuccessfulOutcome,
  followUp: FollowUpActions,
): readonly MessageAction[] {
  const { ui } = context;
  const { monitor } = task;
  if (failure.kind === 'conflict') {
    return failure.reason === 'alreadyActive' && current !== undefined && 'state' in current
      ? [createOpenBackfillAction(ui, { monitor, backfill: current })]
      : [];
  }
  if (failure.kind === 'invalid') {
    return followUp.afterRejection?.(failure.reasons) ?? [];
  }
  const { recovery } = describeFailure(failure, '');
  switch (recovery) {
    case 'retry':
      return [createRetryAction(context, action, [task], followUp)];
    case 'enterToken':
    case 'changeAddress':
    case 'showLog':
      return [createRecoveryAction(ui, recovery, monitor)];
    case 'refresh':
      // What was deleted has already left the tree.
      return [];
  }
}

function createRetryAction(
  context: ActionContext,
  action: WriteAction | SinkAction,
  tasks: readonly WriteTask[],
  followUp: FollowUpActions,
): MessageAction {
  return {
    label: l10n.t('Try Again'),
    run: () => confirmAndRunTasks(context, action, tasks, followUp),
  };
}

/** Creates the button that opens the page of a backfill. */
export function createOpenBackfillAction(ui: Ui, target: TargetBackfill): MessageAction {
  return {
    label: l10n.t('Show Backfill'),
    run: () => ui.runCommand(commandIds.openBackfill, toBackfillRef(target)),
  };
}

/** Creates the button for the next step after a failure. */
export function createRecoveryAction(
  ui: Ui,
  recovery: RecoveryAction,
  { connection }: ServerMonitor,
): MessageAction {
  const target = { connectionId: connection.id };
  return {
    label: getRecoveryLabel(recovery),
    run: () => ui.runCommand(recoveryCommands[recovery], target),
  };
}
