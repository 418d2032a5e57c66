import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import { writeMany } from '../monitor/writeMany.ts';
import type { WriteOutcome } from '../monitor/Writer.ts';
import { bulkText, bulkTitle } from '../text/bulkText.ts';
import { failureText, wayOnLabel } from '../text/failureText.ts';
import { reasonText } from '../text/outcomeText.ts';
import { doneText, notDoneText, notKnownText, type Deed } from '../text/writeText.ts';
import type { CommandParts } from './Command.ts';
import { say, type Choice } from './say.ts';
import { serverName } from './tellError.ts';

// Doing something to backfills, and telling what came of it.

/** Something that is to be done to a backfill, or to a table of a sink. */
export interface Task<T> {
  readonly value: T;
  /** `table → sink`. */
  readonly name: string;
  readonly write: () => Promise<WriteOutcome | undefined>;
}

/** What may follow what is done. */
export interface FollowUp<T> {
  /** Offered once all is done. */
  readonly done: (backfill: Backfill) => readonly Choice[];
  /** Does again what failed. */
  readonly again: (values: readonly T[]) => Promise<void>;
  /** Offered where the request was refused for what it says. */
  readonly refused?: readonly Choice[];
}

/** Does one thing, and says what came of it. What is under way already is not done twice. */
export async function perform<T>(
  parts: CommandParts,
  monitor: Monitor,
  deed: Deed,
  task: Task<T>,
  followUp: FollowUp<T>,
): Promise<void> {
  const outcome = await task.write();
  if (outcome?.kind === 'done') {
    const choices = followUp.done(outcome.backfill);
    if (choices.length > 0) {
      say(parts, 'information', doneText(deed, task.name), ...choices);
    } else {
      // The row says it too; this is for who looks elsewhere, and gone without being closed.
      vscode.window.setStatusBarMessage(doneText(deed, task.name), 5_000);
    }
  } else if (outcome?.kind === 'notDone') {
    const reason = reasonText(outcome, serverName(parts), monitor.serverNow);
    const choices = choicesFor(outcome, task, followUp);
    say(parts, 'warning', `${notDoneText(deed, task.name)} ${reason}`, ...choices);
  } else if (outcome?.kind === 'notKnown') {
    const { sentence } = failureText(outcome.failure, serverName(parts));
    say(
      parts,
      'warning',
      `${notKnownText(deed, task.name)} ${sentence}`,
      command('refresh', 'sequin.refresh'),
    );
  }
}

/** Does many things, with a progress that can be cancelled, and says in one message what came of them. */
export async function performMany<T>(
  parts: CommandParts,
  monitor: Monitor,
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
  const server = serverName(parts);
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
      reason: bulkReason(outcome, server, monitor.serverNow),
    })),
    notKnown: results.flatMap(({ task, outcome }) =>
      outcome?.kind === 'notKnown'
        ? [{ name: task.name, reason: failureText(outcome.failure, server).sentence }]
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
function bulkReason(outcome: NotDone, server: string, now: number): string {
  const { failure, found } = outcome;
  return reasonText({ failure, found: failure.kind === 'conflict' ? found : undefined }, server, now);
}

type NotDone = Extract<WriteOutcome, { kind: 'notDone' }>;

/** Whether another try may end otherwise: not where what was to be changed is gone, or is otherwise by now. */
function mayHelp({ failure }: NotDone): boolean {
  return failure.kind !== 'notFound' && failure.kind !== 'conflict' && failure.kind !== 'invalid';
}

function choicesFor<T>(outcome: NotDone, task: Task<T>, followUp: FollowUp<T>): Choice[] {
  const { failure, found } = outcome;
  if (failure.kind === 'conflict') {
    return failure.reason === 'alreadyActive' && found !== undefined ? [showIt(found)] : [];
  }
  if (failure.kind === 'invalid') {
    return [...(followUp.refused ?? [])];
  }
  const { wayOn } = failureText(failure, '');
  switch (wayOn) {
    case 'retry':
      return [{ label: t('Try Again'), run: () => followUp.again([task.value]) }];
    case 'enterToken':
      return [command(wayOn, 'sequin.enterToken')];
    case 'changeAddress':
      return [command(wayOn, 'sequin.connect')];
    case 'showLog':
      return [command(wayOn, 'sequin.showLog')];
    case 'refresh':
      // What is gone has left the tree already.
      return [];
  }
}

/** Opens the page of a backfill that is spoken of. */
export function showIt({ sinkId, id }: Backfill): Choice {
  return {
    label: t('Show It'),
    run: () => vscode.commands.executeCommand('sequin.openBackfill', { sinkId, backfillId: id }),
  };
}

function command(wayOn: Parameters<typeof wayOnLabel>[0], id: string): Choice {
  return { label: wayOnLabel(wayOn), run: () => vscode.commands.executeCommand(id) };
}
