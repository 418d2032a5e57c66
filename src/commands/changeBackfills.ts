import { t } from '@vscode/l10n';
import { allowedChanges, type Change } from '../model/changes.ts';
import { missingFeatures } from '../model/serverVersion.ts';
import { cancelQuestion, changeQuestion } from '../text/questionText.ts';
import { backfillName } from '../text/statusText.ts';
import { isNowText, notDoneText } from '../text/writeText.ts';
import type { Command, CommandParts } from './Command.ts';
import { confirm } from './confirm.ts';
import { performAll, type FollowUp } from './perform.ts';
import { say } from './say.ts';
import { openBackfillsOf, targetBackfills, type TargetBackfill } from './targets.ts';

/** The command that changes the backfills of the rows it is called on, or those that the user picks. */
export function changing(change: Change): Command {
  return async (parts, target, selected) => {
    const targets = await targetBackfills(parts, target, selected, {
      placeHolder: pickText(change),
      none: noneText(change),
      suits: (one) => allows(one, change),
    });
    await changeBackfills(parts, change, targets);
  };
}

/** The command that changes all backfills of a sink that it can. */
export function changingAll(change: Change): Command {
  return async (parts, target, selected) => {
    const targets = await openBackfillsOf(parts, target, selected);
    if (targets?.length === 0) {
      say(parts, 'information', noneText(change));
    } else if (targets !== undefined) {
      await changeBackfills(parts, change, targets);
    }
  };
}

async function changeBackfills(
  parts: CommandParts,
  change: Change,
  targets: readonly TargetBackfill[],
): Promise<void> {
  const [given] = targets;
  if (given === undefined) {
    return;
  }
  const allowed = targets.filter((target) => allows(target, change));
  const [first, ...others] = allowed;
  if (first === undefined) {
    const text =
      targets.length === 1
        ? `${notDoneText(change, nameOf(given))} ${isNowText(given.backfill, given.monitor.serverNow)}`
        : noneText(change);
    say(parts, 'information', text);
    return;
  }
  const question =
    others.length > 0
      ? changeQuestion(change, allowed.map(nameOf))
      : change === 'cancel'
        ? cancelQuestion(first.backfill, nameOf(first), first.monitor.serverNow)
        : undefined;
  if (question === undefined || (await confirm(question))) {
    await changeNow(parts, change, allowed);
  }
}

async function changeNow(
  parts: CommandParts,
  change: Change,
  targets: readonly TargetBackfill[],
): Promise<void> {
  const tasks = targets.map((target) => ({
    monitor: target.monitor,
    value: target,
    name: nameOf(target),
    write: () => target.monitor.change(target.backfill, change),
  }));
  // A press in a message is meant, however soon it comes after the one before.
  const changeNext = async (next: Change, those: readonly TargetBackfill[]): Promise<void> => {
    await Promise.all(those.map(({ monitor, backfill }) => monitor.whenFree([backfill.id])));
    await changeNow(parts, next, those);
  };
  const followUp: FollowUp<TargetBackfill> = {
    done: (done) =>
      change === 'pause' ? [{ label: t('Undo'), run: () => changeNext('resume', [done]) }] : [],
    again: (those) => changeNext(change, those),
  };
  await performAll(parts, change, tasks, followUp);
}

function allows({ monitor, backfill }: TargetBackfill, change: Change): boolean {
  return allowedChanges(backfill, missingFeatures(monitor.snapshot.version)).includes(change);
}

function nameOf({ monitor, backfill }: TargetBackfill): string {
  return backfillName(backfill, monitor.snapshot.sinks.get(backfill.sinkId));
}

function pickText(change: Change): string {
  switch (change) {
    case 'pause':
      return t('Which backfills are to be paused?');
    case 'resume':
      return t('Which backfills are to be resumed?');
    case 'cancel':
      return t('Which backfills are to be cancelled?');
  }
}

function noneText(change: Change): string {
  switch (change) {
    case 'pause':
      return t('No backfill runs that could be paused.');
    case 'resume':
      return t('No backfill is paused.');
    case 'cancel':
      return t('No backfill runs or is paused.');
  }
}
