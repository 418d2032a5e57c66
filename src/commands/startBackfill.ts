import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { isOpen, type Backfill } from '../model/Backfill.ts';
import { consoleUrl } from '../model/consoleUrl.ts';
import type { Sink } from '../model/Sink.ts';
import { onlyTable } from '../model/tables.ts';
import { backfillsOf, writeKey } from '../monitor/Snapshot.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import { sinkName } from '../text/sinkText.ts';
import { startQuestion } from '../text/questionText.ts';
import { isNowText, type Deed } from '../text/writeText.ts';
import type { CommandParts } from './Command.ts';
import { askOnce } from './confirm.ts';
import { perform, performMany, showIt, type FollowUp, type Task } from './perform.ts';
import { pickTables } from './pickTables.ts';
import { say, type Choice } from './say.ts';
import { targetSink } from './targets.ts';

/** Starts backfills of a sink: of its one table, or of those that the user names. */
export async function startBackfill(parts: CommandParts, target: unknown): Promise<void> {
  const sink = await targetSink(parts, target);
  const monitor = parts.monitors.current;
  if (sink === undefined || monitor === undefined) {
    return;
  }
  const only = onlyTable(sink);
  const tables = only === undefined ? await pickTables(monitor, sink) : [only];
  if (tables === 'console') {
    await openConsole(monitor, sink);
  } else if (tables.length > 0) {
    await startTables(parts, sink, tables);
  }
}

/** Starts backfills of a sink's tables, once the user has said yes. What runs already is left alone, and said. */
export async function startTables(parts: CommandParts, sink: Sink, tables: readonly string[]): Promise<void> {
  const monitor = parts.monitors.current;
  if (monitor === undefined) {
    return;
  }
  const open = openByTable(monitor, sink);
  const already = tables.flatMap((table) => open.get(table) ?? []);
  const wanted = tables.filter((table) => !open.has(table));
  const [first] = already;
  if (wanted.length === 0 && first !== undefined) {
    const message =
      already.length === 1
        ? `${t('A backfill of {0} is open already.', nameOf(first.table ?? '', sink))} ${isNowText(first, monitor.serverNow)}`
        : t('Backfills of all these tables are open already.');
    say(parts, 'information', message, showIt(first));
    return;
  }
  const facts = { sink, tables: wanted, already: already.map(({ table }) => table ?? '') };
  const question = startQuestion(facts);
  const start = { title: question.yes };
  const startPaused = { title: t('Start Paused') };
  const inConsole = { title: t('More Options in Console') };
  const no = { title: t('Do Not Start'), isCloseAffordance: true };
  const answer = await askOnce('information', question, start, startPaused, inConsole, no);
  if (answer === inConsole) {
    await openConsole(monitor, sink);
  } else if (answer === start || answer === startPaused) {
    await startNow(parts, monitor, sink, wanted, answer === start ? 'start' : 'startPaused');
  }
}

async function startNow(
  parts: CommandParts,
  monitor: Monitor,
  sink: Sink,
  tables: readonly string[],
  deed: Extract<Deed, 'start' | 'startPaused'>,
): Promise<void> {
  if (parts.monitors.current !== monitor) {
    // The message outlived the connection.
    return;
  }
  const tasks = tables.map((table) => ({
    value: table,
    name: nameOf(table, sink),
    write: () => monitor.create(sink.id, table, deed === 'start' ? 'active' : 'paused'),
  }));
  const inConsole: Choice = { label: t('Open in Console'), run: () => openConsole(monitor, sink) };
  const followUp: FollowUp<string> = {
    done: (backfill) => [showIt(backfill)],
    again: async (those) => {
      // A press in a message is meant, however soon it comes after the one before.
      await monitor.whenFree(those.map((table) => writeKey({ sinkId: sink.id, table })));
      await startNow(parts, monitor, sink, those, deed);
    },
    refused: [inConsole],
  };
  const [first, ...others] = tasks as [Task<string>, ...Task<string>[]];
  await (others.length === 0
    ? perform(parts, monitor, deed, first, followUp)
    : performMany(parts, monitor, deed, tasks, followUp));
}

function openByTable(monitor: Monitor, sink: Sink): Map<string | null, Backfill> {
  const open = backfillsOf(monitor.snapshot, sink.id).filter(isOpen);
  return new Map(open.map((backfill) => [backfill.table, backfill]));
}

function nameOf(table: string, sink: Sink): string {
  return `${table} → ${sinkName(sink)}`;
}

async function openConsole(monitor: Monitor, sink: Sink): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(consoleUrl(monitor.connection.address, sink), true));
}
