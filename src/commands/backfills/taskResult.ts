import * as l10n from '@vscode/l10n';
import { commandIds } from '../../contributions/commandIds.ts';
import type { Failure } from '../../model/failure.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { getRecovery, getRecoveryLabel, type RecoveryAction } from '../../text/failureText.ts';
import { type BulkResult, describeBulkResult, describeWriteFailure } from '../../text/outcomeText.ts';
import { formatTargetName, getWriteText } from '../../text/writeText.ts';
import { toPageRef } from '../resolveTargets.ts';
import type { TargetBackfill } from '../targetItems.ts';
import type { MessageAction, StatusAction, Ui } from '../Ui.ts';
import type { FollowUpActions, TaskAction, TaskOutcome, WriteTask } from './WriteTask.ts';

/** The result of tasks: what the user sees, or what an agent or another extension gets. */
export interface TaskResult {
  /** Whether all tasks succeeded. */
  readonly succeeded: boolean;
  readonly message: string;
  readonly buttons: readonly StatusAction[];
}

/** A task and its outcome. */
export interface TaskWithOutcome {
  readonly task: WriteTask;
  readonly outcome: TaskOutcome;
}

/** What the result of tasks depends on, besides their outcomes. */
interface ResultOptions {
  readonly ui: Ui;
  readonly action: TaskAction;
  readonly followUp: FollowUpActions;
  /** Runs tasks again. */
  readonly retry: (tasks: readonly WriteTask[]) => Promise<void>;
}

/** Creates the result of tasks; undefined if there is only one task and nothing was sent. */
export function createTaskResult(
  tasks: readonly TaskWithOutcome[],
  options: ResultOptions,
): TaskResult | undefined {
  const changed = tasks.flatMap(({ task: { monitor }, outcome }) =>
    outcome?.kind === 'done' && 'state' in outcome.written ? [{ monitor, backfill: outcome.written }] : [],
  );
  if (changed.length > 0) {
    options.followUp.onDone?.(changed);
  }
  const [first, ...others] = tasks;
  return first === undefined || others.length > 0
    ? createBulkResult(tasks, options)
    : createSingleResult(first, changed[0], options);
}

/** @param changed the backfill that the task changed or created; undefined for a sink, or if the task didn't succeed */
function createSingleResult(
  { task, outcome }: TaskWithOutcome,
  changed: TargetBackfill | undefined,
  options: ResultOptions,
): TaskResult | undefined {
  const { monitor } = task;
  const { action, followUp } = options;
  const texts = getWriteText(action);
  const target = formatTargetName(action, task.name);
  if (outcome === undefined) {
    return undefined;
  }
  if (outcome.kind === 'done') {
    const button = changed && followUp.createSuccessAction?.(changed);
    return {
      succeeded: true,
      message: texts.confirmed(target),
      buttons: button === undefined ? [] : [button],
    };
  }
  const reason = describeWriteFailure(outcome, monitor.connection.name, monitor.serverNow);
  return {
    succeeded: false,
    message: `${texts[outcome.kind](target)} ${reason}`,
    buttons:
      outcome.kind === 'unconfirmed'
        ? [createRecoveryAction(options.ui, 'refresh', monitor)]
        : createFailureActions(task, outcome, options),
  };
}

/** Creates a result with one message about all outcomes. */
function createBulkResult(tasks: readonly TaskWithOutcome[], options: ResultOptions): TaskResult {
  const listProblems = (kind: 'failed' | 'unconfirmed'): BulkResult['failed'] =>
    tasks.flatMap(({ task: { name, monitor }, outcome }) =>
      outcome === undefined || outcome.kind === 'done' || outcome.kind !== kind
        ? []
        : [{ name, reason: describeBulkFailure(outcome, monitor) }],
    );
  const confirmedCount = tasks.filter(({ outcome }) => outcome?.kind === 'done').length;
  const retryable = tasks
    .filter(
      ({ outcome }) => outcome === undefined || (outcome.kind === 'failed' && isRetryable(outcome.failure)),
    )
    .map(({ task }) => task);
  return {
    succeeded: confirmedCount === tasks.length,
    message: describeBulkResult(options.action, {
      confirmedCount,
      failed: listProblems('failed'),
      unconfirmed: listProblems('unconfirmed'),
      notTried: tasks.flatMap(({ task, outcome }) => (outcome === undefined ? [task.name] : [])),
    }),
    buttons: retryable.length === 0 ? [] : [createRetryAction(retryable, options)],
  };
}

type UnsuccessfulOutcome = Exclude<TaskOutcome, { kind: 'done' } | undefined>;

/**
 * Describes why one of many writes didn't succeed. Leaves out the current state unless it explains the failure: the
 * state contains the progress of a backfill, so every reason would be different, and equal reasons couldn't be grouped.
 */
function describeBulkFailure(
  { failure, current }: UnsuccessfulOutcome,
  { connection, serverNow }: ServerMonitor,
): string {
  const conflicting = failure.kind === 'conflict' ? current : undefined;
  return describeWriteFailure({ failure, current: conflicting }, connection.name, serverNow);
}

/**
 * Whether a retry may succeed. A retry can't succeed if the backfill or the sink was deleted or changed, or if the
 * request was invalid.
 */
function isRetryable({ kind }: Failure): boolean {
  return kind !== 'notFound' && kind !== 'conflict' && kind !== 'invalid';
}

function createFailureActions(
  task: WriteTask,
  { failure, current }: UnsuccessfulOutcome,
  options: ResultOptions,
): readonly MessageAction[] {
  const { ui, followUp } = options;
  const { monitor } = task;
  if (failure.kind === 'invalid') {
    return followUp.createRejectionActions?.(failure.serverMessages) ?? [];
  }
  if (failure.kind === 'conflict' && failure.reason === 'alreadyActive' && current && 'state' in current) {
    return [createOpenBackfillAction(ui, { monitor, backfill: current })];
  }
  const recovery = getRecovery(failure);
  switch (recovery) {
    case 'retry':
      return [createRetryAction([task], options)];
    case 'enterToken':
    case 'changeAddress':
    case 'showLog':
      return [createRecoveryAction(ui, recovery, monitor)];
    case 'refresh':
      // The tree already shows the deletion or the change.
      return [];
  }
}

function createRetryAction(tasks: readonly WriteTask[], { retry }: ResultOptions): MessageAction {
  return { label: l10n.t('Try Again'), run: () => retry(tasks) };
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
    run: () => ui.runCommand(commandIds[recovery], target),
  };
}
