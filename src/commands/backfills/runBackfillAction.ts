import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { commandIds } from '../../contributions/commandIds.ts';
import { recoveryCommands } from '../../contributions/recoveryCommands.ts';
import type { WriteAction } from '../../model/backfillActions.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { writeMany } from '../../servers/writeMany.ts';
import type { WriteOutcome } from '../../servers/BackfillWriter.ts';
import { describeBulkResult } from '../../text/bulkText.ts';
import { formatCount } from '../../text/format.ts';
import { describeFailure, getRecoveryLabel, type RecoveryAction } from '../../text/failureText.ts';
import { describeWriteFailure } from '../../text/writeFailureText.ts';
import { createProductionConfirmation } from '../../text/confirmationText.ts';
import { actionTexts } from '../../text/actionText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { confirm } from '../confirm.ts';
import { showMessageWithActions, type MessageAction } from '../showMessageWithActions.ts';
import type { TargetBackfill } from '../resolveTargets.ts';

/** One write to a backfill, or to a table of a sink. */
export interface BackfillTask<T> {
  readonly monitor: ServerMonitor;
  readonly value: T;
  /** The name in messages: `table → sink`. */
  readonly name: string;
  readonly write: () => Promise<WriteOutcome | undefined>;
}

/** What messages about the outcome offer. */
export interface FollowUpActions<T> {
  /** The buttons after a single write succeeded. */
  readonly afterSuccess: (changed: TargetBackfill) => readonly MessageAction[];
  /** Repeats failed writes. */
  readonly retry: (values: readonly T[]) => Promise<void>;
  /** The buttons after the server rejected the request as invalid. */
  readonly afterRejection?: readonly MessageAction[];
}

/**
 * Runs tasks and shows their outcome. Tasks in production need confirmation. Tasks of a connection that has been
 * removed in the meantime are skipped: the message with the button may outlive the connection.
 */
export async function runTasks<T>(
  context: CommandContext,
  action: WriteAction,
  tasks: readonly BackfillTask<T>[],
  followUp: FollowUpActions<T>,
): Promise<void> {
  const getConnectedTasks = (): readonly BackfillTask<T>[] =>
    tasks.filter(({ monitor }) => context.servers.monitors.includes(monitor));
  const productionTasks = getConnectedTasks().filter(({ monitor }) => monitor.connection.production);
  const productionServers = new Set(productionTasks.map(({ monitor }) => monitor.connection.name));
  const names = productionTasks.map(({ name }) => name);
  if (
    names.length > 0 &&
    !(await confirm(createProductionConfirmation(action, [...productionServers], names)))
  ) {
    return;
  }
  const [firstTask, ...otherTasks] = getConnectedTasks();
  if (firstTask !== undefined) {
    await (otherTasks.length === 0
      ? runTask(context, action, firstTask, followUp)
      : runTasksWithProgress(context, action, [firstTask, ...otherTasks], followUp));
  }
}

/** Runs a single task and shows its outcome. Shows nothing if the same write is already pending. */
async function runTask<T>(
  context: CommandContext,
  action: WriteAction,
  task: BackfillTask<T>,
  followUp: FollowUpActions<T>,
): Promise<void> {
  const { connection } = task.monitor;
  const outcome = await task.write();
  if (outcome?.kind === 'done') {
    const messageActions = followUp.afterSuccess({ monitor: task.monitor, backfill: outcome.backfill });
    if (messageActions.length > 0) {
      showMessageWithActions(
        context,
        'information',
        actionTexts[action].confirmed(task.name),
        ...messageActions,
      );
    } else {
      // The tree shows it too. This message is for when the tree is hidden, and disappears by itself.
      vscode.window.setStatusBarMessage(actionTexts[action].confirmed(task.name), 5_000);
    }
  } else if (outcome?.kind === 'failed') {
    const reason = describeWriteFailure(outcome, connection.name, task.monitor.serverNow);
    const messageActions = createFailureActions(outcome, task, followUp);
    showMessageWithActions(
      context,
      'warning',
      `${actionTexts[action].failed(task.name)} ${reason}`,
      ...messageActions,
    );
  } else if (outcome?.kind === 'unconfirmed') {
    const { sentence } = describeFailure(outcome.failure, connection.name);
    showMessageWithActions(
      context,
      'warning',
      `${actionTexts[action].unconfirmed(task.name)} ${sentence}`,
      createRecoveryAction('refresh', task.monitor),
    );
  }
}

/** Runs many tasks with a cancellable progress notification, and shows one message with all outcomes. */
async function runTasksWithProgress<T>(
  context: CommandContext,
  action: WriteAction,
  tasks: readonly BackfillTask<T>[],
  followUp: FollowUpActions<T>,
): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: actionTexts[action].progressTitle(formatCount(tasks.length)),
    cancellable: true,
  };
  const outcomes = await vscode.window.withProgress(options, (progress, cancellationToken) => {
    const controller = new AbortController();
    cancellationToken.onCancellationRequested(() => {
      controller.abort();
    });
    return writeMany(tasks, (task) => task.write(), {
      signal: controller.signal,
      onSettled: () => {
        progress.report({ increment: 100 / tasks.length });
      },
    });
  });
  const results = tasks.map((task, index) => ({ task, outcome: outcomes[index] }));
  const failed = results.flatMap(({ task, outcome }) =>
    outcome?.kind === 'failed' ? [{ task, outcome }] : [],
  );
  const notTried = results.flatMap(({ task, outcome }) => (outcome === undefined ? [task] : []));
  const retryableValues = [
    ...failed.filter(({ outcome }) => canRetry(outcome)).map(({ task }) => task),
    ...notTried,
  ].map(({ value }) => value);
  const done = results.filter(({ outcome }) => outcome?.kind === 'done').length;
  const text = describeBulkResult(action, {
    done,
    failed: failed.map(({ task, outcome }) => ({
      name: task.name,
      reason: describeBulkFailure(outcome, task.monitor),
    })),
    unconfirmed: results.flatMap(({ task, outcome }) =>
      outcome?.kind === 'unconfirmed'
        ? [
            {
              name: task.name,
              reason: describeFailure(outcome.failure, task.monitor.connection.name).sentence,
            },
          ]
        : [],
    ),
    notTried: notTried.map(({ name }) => name),
  });
  showMessageWithActions(
    context,
    done === tasks.length ? 'information' : 'warning',
    text,
    ...(retryableValues.length > 0
      ? [{ label: t('Try Again'), run: () => followUp.retry(retryableValues) }]
      : []),
  );
}

/**
 * Describes why one of many writes failed. Leaves out the progress of a backfill unless it explains the failure:
 * otherwise each reason would differ, and equal reasons could not be grouped.
 */
function describeBulkFailure(
  { failure, currentBackfill }: FailedOutcome,
  { connection, serverNow }: ServerMonitor,
): string {
  const conflicting = failure.kind === 'conflict' ? currentBackfill : undefined;
  return describeWriteFailure({ failure, currentBackfill: conflicting }, connection.name, serverNow);
}

type FailedOutcome = Extract<WriteOutcome, { kind: 'failed' }>;

/** Whether a retry may succeed: not after the backfill was deleted or changed, nor for an invalid request. */
function canRetry({ failure }: FailedOutcome): boolean {
  return failure.kind !== 'notFound' && failure.kind !== 'conflict' && failure.kind !== 'invalid';
}

function createFailureActions<T>(
  outcome: FailedOutcome,
  task: BackfillTask<T>,
  followUp: FollowUpActions<T>,
): MessageAction[] {
  const { failure, currentBackfill } = outcome;
  if (failure.kind === 'conflict') {
    return failure.reason === 'alreadyActive' && currentBackfill !== undefined
      ? [openBackfillAction({ monitor: task.monitor, backfill: currentBackfill })]
      : [];
  }
  if (failure.kind === 'invalid') {
    return [...(followUp.afterRejection ?? [])];
  }
  const { recovery } = describeFailure(failure, '');
  switch (recovery) {
    case 'retry':
      return [{ label: t('Try Again'), run: () => followUp.retry([task.value]) }];
    case 'enterToken':
    case 'changeAddress':
    case 'showLog':
      return [createRecoveryAction(recovery, task.monitor)];
    case 'refresh':
      // The deleted backfill has already left the tree.
      return [];
  }
}

/** The button that opens the page of a backfill. */
export function openBackfillAction({ monitor, backfill }: TargetBackfill): MessageAction {
  const { address } = monitor.connection;
  const target = { address, sinkId: backfill.sinkId, backfillId: backfill.id };
  return {
    label: t('Show It'),
    run: () => vscode.commands.executeCommand(commandIds.openBackfill, target),
  };
}

function createRecoveryAction(recovery: RecoveryAction, { connection }: ServerMonitor): MessageAction {
  const target = { address: connection.address };
  return {
    label: getRecoveryLabel(recovery),
    run: () => vscode.commands.executeCommand(recoveryCommands[recovery], target),
  };
}
