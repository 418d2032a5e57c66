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
import { toPageRef } from '../resolveTargets.ts';
import type { TargetBackfill } from '../targetItems.ts';
import { confirm, type MessageAction, type StatusAction, type Ui } from '../Ui.ts';
import { groupIds, isQueued, removeFromQueues } from './queueTargets.ts';

/** The services that the actions on backfills and sinks use. */
export type ActionContext = Pick<CommandContext, 'ui' | 'servers'>;

type Outcome = WriteOutcome<Backfill | Sink>;

/** One write to a backfill, to a table of a sink, or to a sink. */
export interface WriteTask {
  readonly monitor: ServerMonitor;
  /** The key of the write, from `getWriteKey`. */
  readonly key: string;
  /** The name in messages: `table → sink` for a backfill, or the name of the sink. */
  readonly name: string;
  readonly write: (monitor: ServerMonitor) => Promise<Outcome | undefined>;
  /** The backfill that the write cancels. It leaves the queue of its connection, unless the write fails. */
  readonly canceled?: Backfill;
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

/** The result of tasks: what the user sees, or what an agent or another extension gets. */
export interface TaskResult {
  /** Whether all tasks succeeded. */
  readonly succeeded: boolean;
  readonly message: string;
  readonly buttons: readonly StatusAction[];
}

/**
 * Runs tasks, and shows their result. Drops those that an earlier write blocks, such as that of a double click. If the
 * user has confirmed the tasks in a dialog, call {@link waitForPendingWrites} first.
 */
export async function runTasks(
  context: ActionContext,
  action: WriteAction | SinkAction,
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
 * Runs tasks for a button of an earlier message, such as _Undo_. Asks for confirmation in production, and shows their
 * result.
 */
export async function confirmAndRunTasks(
  context: ActionContext,
  action: WriteAction | SinkAction,
  tasks: readonly WriteTask[],
  followUp?: FollowUpActions,
): Promise<void> {
  if (await confirmTasks(context, action, tasks)) {
    await runTasks(context, action, tasks, followUp);
  }
}

/**
 * Asks for confirmation in production. Then waits until no earlier write blocks the tasks, also not one that began while
 * the dialog was open.
 */
export async function confirmTasks(
  context: ActionContext,
  action: WriteAction | SinkAction,
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
 * Returns the tasks with the current monitors of their connections, without those of removed connections. A message
 * with a button may outlive its connection, and a new token replaces the monitor.
 */
function findConnected({ servers }: ActionContext, tasks: readonly WriteTask[]): readonly WriteTask[] {
  return tasks.flatMap((task) => {
    const monitor = servers.findMonitor(task.monitor.connection);
    return monitor === undefined ? [] : [{ ...task, monitor }];
  });
}

/**
 * Runs tasks as {@link runTasks} does, and returns their result. Skips those of a connection that was removed in the
 * meantime. Shows the progress of several tasks. Returns undefined if nothing was sent: all connections were removed, or
 * an earlier write blocks the only task.
 */
export async function performTasks(
  context: ActionContext,
  action: WriteAction | SinkAction,
  tasks: readonly WriteTask[],
  followUp: FollowUpActions = {},
): Promise<TaskResult | undefined> {
  const connectedTasks = findConnected(context, tasks);
  const [firstTask, ...otherTasks] = connectedTasks;
  if (firstTask === undefined) {
    return undefined;
  }
  const outcomes = await writeOutsideQueues(connectedTasks, () =>
    otherTasks.length === 0
      ? Promise.all([firstTask.write(firstTask.monitor)])
      : writeWithProgress(context.ui, action, connectedTasks),
  );
  if (otherTasks.length > 0) {
    return createBulkResult(context, action, connectedTasks, outcomes, followUp);
  }
  const [outcome] = outcomes;
  return outcome && createSingleResult(context, action, firstTask, outcome, followUp);
}

/**
 * Takes the backfills of tasks out of their queues during the writes, and puts those back that the writes didn't change,
 * also if one of them throws. Otherwise, a queue could resume a backfill that is being canceled.
 */
async function writeOutsideQueues(
  tasks: readonly WriteTask[],
  write: () => Promise<readonly (Outcome | undefined)[]>,
): Promise<readonly (Outcome | undefined)[]> {
  const queued = tasks.flatMap(({ monitor, canceled }, index) =>
    canceled !== undefined && isQueued({ monitor, backfill: canceled })
      ? [{ index, monitor, backfill: canceled }]
      : [],
  );
  const earlierQueues = new Map(queued.map(({ monitor }) => [monitor, monitor.snapshot.queue]));
  removeFromQueues(queued);
  let outcomes: readonly (Outcome | undefined)[] = [];
  try {
    outcomes = await write();
    return outcomes;
  } finally {
    const unchanged = queued.filter(({ index }) => (outcomes[index]?.kind ?? 'failed') === 'failed');
    for (const [monitor, ids] of groupIds(unchanged)) {
      const earlier = earlierQueues.get(monitor);
      if (earlier !== undefined) {
        monitor.queue.putBack(ids, earlier);
      }
    }
  }
}

function createSingleResult(
  context: ActionContext,
  action: WriteAction | SinkAction,
  task: WriteTask,
  outcome: Outcome,
  followUp: FollowUpActions,
): TaskResult {
  const { monitor, name } = task;
  const texts = getWriteText(action);
  if (outcome.kind === 'done') {
    const [changed] = toChangedTargets(monitor, outcome.written);
    followUp.onDone?.(changed === undefined ? [] : [changed]);
    const button = changed && followUp.afterSuccess?.(changed);
    return { succeeded: true, message: texts.confirmed(name), buttons: button === undefined ? [] : [button] };
  }
  const reason = describeWriteFailure(outcome, monitor.connection.name, monitor.serverNow);
  return {
    succeeded: false,
    message: `${texts[outcome.kind](name)} ${reason}`,
    buttons:
      outcome.kind === 'unconfirmed'
        ? [createRecoveryAction(context.ui, 'refresh', monitor)]
        : createFailureActions(context, action, task, outcome, followUp),
  };
}

/** Performs many writes with a cancellable progress notification. */
async function writeWithProgress(
  ui: Ui,
  action: WriteAction | SinkAction,
  tasks: readonly WriteTask[],
): Promise<readonly (Outcome | undefined)[]> {
  const title = getWriteText(action).progressTitle(formatCount(tasks.length));
  return ui.showProgress(title, tasks.length, (signal, onSettled) =>
    writeMany(tasks, (task) => task.write(task.monitor), { signal, onSettled }),
  );
}

/** Creates one message with all outcomes. */
function createBulkResult(
  context: ActionContext,
  action: WriteAction | SinkAction,
  tasks: readonly WriteTask[],
  outcomes: readonly (Outcome | undefined)[],
  followUp: FollowUpActions,
): TaskResult {
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
  const message = describeBulkResult(action, {
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
  return {
    succeeded: done === tasks.length,
    message,
    buttons:
      retryableTasks.length === 0 ? [] : [createRetryAction(context, action, retryableTasks, followUp)],
  };
}

/** Explains to an agent or another extension why there is no result. */
export function describeNoChange(): string {
  return l10n.t('Nothing was changed. The change was declined, or is already in progress.');
}

/** The backfill that was written, with the monitor of its server; nothing for a sink. */
function toChangedTargets(monitor: ServerMonitor, written: Backfill | Sink): TargetBackfill[] {
  return 'state' in written ? [{ monitor, backfill: written }] : [];
}

type UnsuccessfulOutcome = Exclude<Outcome, { kind: 'done' }>;

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
    run: () => ui.runCommand(commandIds.openBackfill, toPageRef(target)),
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
