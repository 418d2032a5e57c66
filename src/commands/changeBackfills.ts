import { t } from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import { allowedChanges, type Change } from '../model/changes.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import { cancelQuestion, changeQuestion } from '../text/questionText.ts';
import { backfillName } from '../text/statusText.ts';
import { isNowText, notDoneText } from '../text/writeText.ts';
import type { Command, CommandParts } from './Command.ts';
import { confirm } from './confirm.ts';
import { perform, performMany, type FollowUp, type Task } from './perform.ts';
import { say } from './say.ts';
import { openBackfillsOf, targetBackfills } from './targets.ts';

/** The command that changes the backfills of the rows it is called on, or those that the user picks. */
export function changing(change: Change): Command {
  return async (parts, target, selected) => {
    // What is picked belongs to the server of now, which may be another one after the pick.
    const monitor = parts.monitors.current;
    const backfills = await targetBackfills(parts, target, selected, {
      placeHolder: pickText(change),
      none: noneText(change),
      suits: (backfill) => allowedChanges(backfill).includes(change),
    });
    await changeBackfills(parts, monitor, change, backfills);
  };
}

/** The command that changes all backfills of a sink that it can. */
export function changingAll(change: Change): Command {
  return async (parts, target, selected) => {
    const monitor = parts.monitors.current;
    const backfills = await openBackfillsOf(parts, target, selected);
    if (backfills?.length === 0) {
      say(parts, 'information', noneText(change));
    } else if (backfills !== undefined) {
      await changeBackfills(parts, monitor, change, backfills);
    }
  };
}

async function changeBackfills(
  parts: CommandParts,
  monitor: Monitor | undefined,
  change: Change,
  backfills: readonly Backfill[],
): Promise<void> {
  const [given] = backfills;
  if (monitor === undefined || monitor !== parts.monitors.current || given === undefined) {
    return;
  }
  const allowed = backfills.filter((backfill) => allowedChanges(backfill).includes(change));
  const [first, ...others] = allowed;
  const name = (backfill: Backfill): string =>
    backfillName(backfill, monitor.snapshot.sinks.get(backfill.sinkId));
  if (first === undefined) {
    const text =
      backfills.length === 1
        ? `${notDoneText(change, name(given))} ${isNowText(given, monitor.serverNow)}`
        : noneText(change);
    say(parts, 'information', text);
    return;
  }
  const question =
    others.length > 0
      ? changeQuestion(change, allowed.map(name))
      : change === 'cancel'
        ? cancelQuestion(first, name(first), monitor.serverNow)
        : undefined;
  if (question === undefined || (await confirm(question))) {
    await changeNow(parts, monitor, change, allowed);
  }
}

async function changeNow(
  parts: CommandParts,
  monitor: Monitor,
  change: Change,
  backfills: readonly Backfill[],
): Promise<void> {
  if (parts.monitors.current !== monitor) {
    // The message outlived the connection.
    return;
  }
  const tasks = backfills.map((backfill) => ({
    value: backfill,
    name: backfillName(backfill, monitor.snapshot.sinks.get(backfill.sinkId)),
    write: () => monitor.change(backfill, change),
  }));
  // A press in a message is meant, however soon it comes after the one before.
  const changeNext = async (next: Change, those: readonly Backfill[]): Promise<void> => {
    await monitor.whenFree(those.map(({ id }) => id));
    await changeNow(parts, monitor, next, those);
  };
  const followUp: FollowUp<Backfill> = {
    done: (backfill) =>
      change === 'pause' ? [{ label: t('Undo'), run: () => changeNext('resume', [backfill]) }] : [],
    again: (those) => changeNext(change, those),
  };
  const [first, ...others] = tasks as [Task<Backfill>, ...Task<Backfill>[]];
  await (others.length === 0
    ? perform(parts, monitor, change, first, followUp)
    : performMany(parts, monitor, change, tasks, followUp));
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
