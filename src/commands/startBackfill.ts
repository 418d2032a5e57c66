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
import { performAll, showIt, type FollowUp } from './perform.ts';
import { pickTables } from './pickTables.ts';
import { say, type Choice } from './say.ts';
import { targetSink, type TargetSink } from './targets.ts';

/** Starts backfills of a sink: of its one table, or of those that the user names. */
export async function startBackfill(parts: CommandParts, target: unknown): Promise<void> {
  const found = await targetSink(parts, target);
  if (found === undefined) {
    return;
  }
  const only = onlyTable(found.sink);
  const tables = only === undefined ? await pickTables(found.monitor, found.sink) : [only];
  if (tables === 'console') {
    await openConsole(found);
  } else if (tables.length > 0) {
    await startTables(parts, found, tables);
  }
}

/** Starts backfills of a sink's tables, once the user has said yes. What runs already is left alone, and said. */
export async function startTables(
  parts: CommandParts,
  target: TargetSink,
  tables: readonly string[],
): Promise<void> {
  const { monitor, sink } = target;
  const open = openByTable(monitor, sink);
  const already = tables.flatMap((table) => open.get(table) ?? []);
  const wanted = tables.filter((table) => !open.has(table));
  const [first] = already;
  if (wanted.length === 0 && first !== undefined) {
    const message =
      already.length === 1
        ? `${t('A backfill of {0} is open already.', nameOf(first.table ?? '', sink))} ${isNowText(first, monitor.serverNow)}`
        : t('Backfills of all these tables are open already.');
    say(parts, 'information', message, showIt({ monitor, backfill: first }));
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
    await openConsole(target);
  } else if (answer === start || answer === startPaused) {
    await startNow(parts, target, wanted, answer === start ? 'start' : 'startPaused');
  }
}

async function startNow(
  parts: CommandParts,
  target: TargetSink,
  tables: readonly string[],
  deed: Extract<Deed, 'start' | 'startPaused'>,
): Promise<void> {
  const { monitor, sink } = target;
  const tasks = tables.map((table) => ({
    monitor,
    value: table,
    name: nameOf(table, sink),
    write: () => monitor.create(sink.id, table, deed === 'start' ? 'active' : 'paused'),
  }));
  const inConsole: Choice = { label: t('Open in Console'), run: () => openConsole(target) };
  const followUp: FollowUp<string> = {
    done: (done) => [showIt(done)],
    again: async (those) => {
      // A press in a message is meant, however soon it comes after the one before.
      await monitor.whenFree(those.map((table) => writeKey({ sinkId: sink.id, table })));
      await startNow(parts, target, those, deed);
    },
    refused: [inConsole],
  };
  await performAll(parts, deed, tasks, followUp);
}

function openByTable(monitor: Monitor, sink: Sink): Map<string | null, Backfill> {
  const open = backfillsOf(monitor.snapshot, sink.id).filter(isOpen);
  return new Map(open.map((backfill) => [backfill.table, backfill]));
}

function nameOf(table: string, sink: Sink): string {
  return `${table} → ${sinkName(sink)}`;
}

async function openConsole({ monitor, sink }: TargetSink): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(consoleUrl(monitor.connection.address, sink), true));
}
