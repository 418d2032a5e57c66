import { env } from 'vscode';
import { backfillJson, historyJson } from '../model/apiJson.ts';
import type { CommandParts } from './Command.ts';
import { targetBackfill, targetSink, textIn } from './targets.ts';
import { wholeHistory } from './wholeHistory.ts';

/** Copies a backfill, or all of a sink, as the API answers. */
export async function copyAsJson(parts: CommandParts, target: unknown): Promise<void> {
  const text = await textFor(parts, target);
  if (text !== undefined) {
    await env.clipboard.writeText(text);
  }
}

async function textFor(parts: CommandParts, target: unknown): Promise<string | undefined> {
  const { monitors } = parts;
  if (textIn(target, 'sinkId') !== undefined && textIn(target, 'backfillId') === undefined) {
    const found = await targetSink(parts, target);
    const backfills =
      found && (await wholeHistory({ monitors, monitor: found.monitor }, found.sink.id, { anew: false }));
    return backfills && historyJson(backfills, found.sink.name);
  }
  const found = await targetBackfill(parts, target);
  const sink = found?.monitor.snapshot.sinks.get(found.backfill.sinkId);
  return found && sink && backfillJson(found.backfill, sink.name);
}
