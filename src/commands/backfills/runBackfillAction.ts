import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { commandIds } from '../../contributions/commandIds.ts';
import { recoveryCommands } from '../../contributions/recoveryCommands.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { writeMany } from '../../servers/writeMany.ts';
import type { WriteOutcome } from '../../servers/BackfillWriter.ts';
import { describeBulkResult, formatBulkProgressTitle } from '../../text/bulkText.ts';
import { describeFailure, recoveryLabel, type RecoveryAction } from '../../text/failureText.ts';
import { describeWriteFailure } from '../../text/writeFailureText.ts';
import { createProductionConfirmation } from '../../text/confirmationText.ts';
import {
  describeSuccess,
  describeNotDone,
  describeUnconfirmed,
  type BackfillAction,
} from '../../text/actionText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { confirm } from '../confirm.ts';
import { showMessageWithActions, type MessageAction } from '../showMessageWithActions.ts';
import type { TargetBackfill } from '../resolveTargets.ts';

// Doing something to backfills, and telling what came of it.

/** Something that is to be done to a backfill, or to a table of a sink. */
export interface BackfillTask<T> {
  /** The monitor of its server. */
  readonly monitor: ServerMonitor;
  readonly value: T;
  /** `table → sink`. */
  readonly name: string;
  readonly write: () => Promise<WriteOutcome | undefined>;
}

/** What may follow what is done. */
export interface FollowUpActions<T> {
  /** Offered once all is done. */
  readonly afterSuccess: (changed: TargetBackfill) => readonly MessageAction[];
  /** Does again what failed. */
  readonly retry: (values: readonly T[]) => Promise<void>;
  /** Offered where the request was refused for what it says. */
  readonly afterRejection?: readonly MessageAction[];
}

/**
 * Does one thing or many, and says what came of them. What is to be done at production is asked once more first, and
 * nothing is done at a server that the user has left meanwhile: a message may outlive a connection.
 */
export async function runTasks<T>(
  context: CommandContext,
  action: BackfillAction,
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

/** Does one thing, and says what came of it. What is under way already is not done twice. */
async function runTask<T>(
  context: CommandContext,
  action: BackfillAction,
  task: BackfillTask<T>,
  followUp: FollowUpActions<T>,
): Promise<void> {
  const { connection } = task.monitor;
  const outcome = await task.write();
  if (outcome?.kind === 'done') {
    const messageActions = followUp.afterSuccess({ monitor: task.monitor, backfill: outcome.backfill });
    if (messageActions.length > 0) {
      showMessageWithActions(context, 'information', describeSuccess(action, task.name), ...messageActions);
    } else {
      // The row says it too; this is for who looks elsewhere, and gone without being closed.
      vscode.window.setStatusBarMessage(describeSuccess(action, task.name), 5_000);
    }
  } else if (outcome?.kind === 'notDone') {
    const reason = describeWriteFailure(outcome, connection.name, task.monitor.serverNow);
    const messageActions = createFailureActions(outcome, task, followUp);
    showMessageWithActions(
      context,
      'warning',
      `${describeNotDone(action, task.name)} ${reason}`,
      ...messageActions,
    );
  } else if (outcome?.kind === 'notKnown') {
    const { sentence } = describeFailure(outcome.failure, connection.name);
    showMessageWithActions(
      context,
      'warning',
      `${describeUnconfirmed(action, task.name)} ${sentence}`,
      createRecoveryAction('refresh', task.monitor),
    );
  }
}

/** Does many things, with a progress that can be cancelled, and says in one message what came of them. */
async function runTasksWithProgress<T>(
  context: CommandContext,
  action: BackfillAction,
  tasks: readonly BackfillTask<T>[],
  followUp: FollowUpActions<T>,
): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: formatBulkProgressTitle(action, tasks.length),
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
    outcome?.kind === 'notDone' ? [{ task, outcome }] : [],
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
      outcome?.kind === 'notKnown'
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

/** How far each of many is says nothing about why they failed, and would make each reason another one. */
function describeBulkFailure(
  { failure, currentBackfill }: FailedOutcome,
  { connection, serverNow }: ServerMonitor,
): string {
  const conflicting = failure.kind === 'conflict' ? currentBackfill : undefined;
  return describeWriteFailure({ failure, currentBackfill: conflicting }, connection.name, serverNow);
}

type FailedOutcome = Extract<WriteOutcome, { kind: 'notDone' }>;

/** Whether another try may end otherwise: not where what was to be changed is gone, or is otherwise by now. */
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
      // What is gone has left the tree already.
      return [];
  }
}

/** Opens the page of a backfill that is spoken of. */
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
    label: recoveryLabel(recovery),
    run: () => vscode.commands.executeCommand(recoveryCommands[recovery], target),
  };
}
