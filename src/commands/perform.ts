import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { Monitor } from '../monitor/Monitor.ts';
import { writeMany } from '../monitor/writeMany.ts';
import type { WriteOutcome } from '../monitor/Writer.ts';
import { bulkText, bulkTitle } from '../text/bulkText.ts';
import { failureText, wayOnLabel } from '../text/failureText.ts';
import { reasonText } from '../text/outcomeText.ts';
import { productionQuestion } from '../text/questionText.ts';
import { doneText, notDoneText, notKnownText, type Deed } from '../text/writeText.ts';
import type { CommandParts } from './Command.ts';
import { confirm } from './confirm.ts';
import { say, type Choice } from './say.ts';
import type { TargetBackfill } from './targets.ts';

// Doing something to backfills, and telling what came of it.

/** Something that is to be done to a backfill, or to a table of a sink. */
export interface Task<T> {
  /** The monitor of its server. */
  readonly monitor: Monitor;
  readonly value: T;
  /** `table → sink`. */
  readonly name: string;
  readonly write: () => Promise<WriteOutcome | undefined>;
}

/** What may follow what is done. */
export interface FollowUp<T> {
  /** Offered once all is done. */
  readonly done: (done: TargetBackfill) => readonly Choice[];
  /** Does again what failed. */
  readonly again: (values: readonly T[]) => Promise<void>;
  /** Offered where the request was refused for what it says. */
  readonly refused?: readonly Choice[];
}

/**
 * Does one thing or many, and says what came of them. What is to be done at production is asked once more first, and
 * nothing is done at a server that the user has left meanwhile: a message may outlive a connection.
 */
export async function performAll<T>(
  parts: CommandParts,
  deed: Deed,
  tasks: readonly Task<T>[],
  followUp: FollowUp<T>,
): Promise<void> {
  const here = (): readonly Task<T>[] => tasks.filter(({ monitor }) => parts.monitors.all.includes(monitor));
  const atProduction = here().filter(({ monitor }) => monitor.connection.production);
  const servers = new Set(atProduction.map(({ monitor }) => monitor.connection.name));
  const names = atProduction.map(({ name }) => name);
  if (names.length > 0 && !(await confirm(productionQuestion(deed, [...servers], names)))) {
    return;
  }
  const [first, ...others] = here();
  if (first !== undefined) {
    await (others.length === 0
      ? perform(parts, deed, first, followUp)
      : performMany(parts, deed, [first, ...others], followUp));
  }
}

/** Does one thing, and says what came of it. What is under way already is not done twice. */
async function perform<T>(
  parts: CommandParts,
  deed: Deed,
  task: Task<T>,
  followUp: FollowUp<T>,
): Promise<void> {
  const { connection } = task.monitor;
  const outcome = await task.write();
  if (outcome?.kind === 'done') {
    const choices = followUp.done({ monitor: task.monitor, backfill: outcome.backfill });
    if (choices.length > 0) {
      say(parts, 'information', doneText(deed, task.name), ...choices);
    } else {
      // The row says it too; this is for who looks elsewhere, and gone without being closed.
      vscode.window.setStatusBarMessage(doneText(deed, task.name), 5_000);
    }
  } else if (outcome?.kind === 'notDone') {
    const reason = reasonText(outcome, connection.name, task.monitor.serverNow);
    const choices = choicesFor(outcome, task, followUp);
    say(parts, 'warning', `${notDoneText(deed, task.name)} ${reason}`, ...choices);
  } else if (outcome?.kind === 'notKnown') {
    const { sentence } = failureText(outcome.failure, connection.name);
    say(
      parts,
      'warning',
      `${notKnownText(deed, task.name)} ${sentence}`,
      command('refresh', 'sequin.refresh', task.monitor),
    );
  }
}

/** Does many things, with a progress that can be cancelled, and says in one message what came of them. */
async function performMany<T>(
  parts: CommandParts,
  deed: Deed,
  tasks: readonly Task<T>[],
  followUp: FollowUp<T>,
): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: bulkTitle(deed, tasks.length),
    cancellable: true,
  };
  const outcomes = await vscode.window.withProgress(options, (progress, cancelled) => {
    const controller = new AbortController();
    cancelled.onCancellationRequested(() => {
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
  const again = [
    ...failed.filter(({ outcome }) => mayHelp(outcome)).map(({ task }) => task),
    ...notTried,
  ].map(({ value }) => value);
  const done = results.filter(({ outcome }) => outcome?.kind === 'done').length;
  const text = bulkText(deed, {
    done,
    failed: failed.map(({ task, outcome }) => ({
      name: task.name,
      reason: bulkReason(outcome, task.monitor),
    })),
    notKnown: results.flatMap(({ task, outcome }) =>
      outcome?.kind === 'notKnown'
        ? [{ name: task.name, reason: failureText(outcome.failure, task.monitor.connection.name).sentence }]
        : [],
    ),
    notTried: notTried.map(({ name }) => name),
  });
  say(
    parts,
    done === tasks.length ? 'information' : 'warning',
    text,
    ...(again.length > 0 ? [{ label: t('Try Again'), run: () => followUp.again(again) }] : []),
  );
}

/** How far each of many is says nothing about why they failed, and would make each reason another one. */
function bulkReason({ failure, found }: NotDone, { connection, serverNow }: Monitor): string {
  const known = failure.kind === 'conflict' ? found : undefined;
  return reasonText({ failure, found: known }, connection.name, serverNow);
}

type NotDone = Extract<WriteOutcome, { kind: 'notDone' }>;

/** Whether another try may end otherwise: not where what was to be changed is gone, or is otherwise by now. */
function mayHelp({ failure }: NotDone): boolean {
  return failure.kind !== 'notFound' && failure.kind !== 'conflict' && failure.kind !== 'invalid';
}

function choicesFor<T>(outcome: NotDone, task: Task<T>, followUp: FollowUp<T>): Choice[] {
  const { failure, found } = outcome;
  if (failure.kind === 'conflict') {
    return failure.reason === 'alreadyActive' && found !== undefined
      ? [showIt({ monitor: task.monitor, backfill: found })]
      : [];
  }
  if (failure.kind === 'invalid') {
    return [...(followUp.refused ?? [])];
  }
  const { wayOn } = failureText(failure, '');
  switch (wayOn) {
    case 'retry':
      return [{ label: t('Try Again'), run: () => followUp.again([task.value]) }];
    case 'enterToken':
      return [command(wayOn, 'sequin.enterToken', task.monitor)];
    case 'changeAddress':
      return [command(wayOn, 'sequin.changeAddress', task.monitor)];
    case 'showLog':
      return [command(wayOn, 'sequin.showLog', task.monitor)];
    case 'refresh':
      // What is gone has left the tree already.
      return [];
  }
}

/** Opens the page of a backfill that is spoken of. */
export function showIt({ monitor, backfill }: TargetBackfill): Choice {
  const { address } = monitor.connection;
  const target = { address, sinkId: backfill.sinkId, backfillId: backfill.id };
  return {
    label: t('Show It'),
    run: () => vscode.commands.executeCommand('sequin.openBackfill', target),
  };
}

function command(wayOn: Parameters<typeof wayOnLabel>[0], id: string, { connection }: Monitor): Choice {
  const target = { address: connection.address };
  return { label: wayOnLabel(wayOn), run: () => vscode.commands.executeCommand(id, target) };
}
