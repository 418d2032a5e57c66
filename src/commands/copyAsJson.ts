import { env } from 'vscode';
import { backfillJson, historyJson } from '../model/apiJson.ts';
import type { CommandParts } from './Command.ts';
import { idIn, targetBackfill, targetSink } from './targets.ts';
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
  // Read before the user picks: what is picked is of this server.
  const monitor = monitors.current;
  if (monitor === undefined) {
    return undefined;
  }
  if (idIn(target, 'sinkId') !== undefined && idIn(target, 'backfillId') === undefined) {
    const sink = await targetSink(parts, target);
    const backfills = sink && (await wholeHistory({ monitors, monitor }, sink.id, { anew: false }));
    return backfills && historyJson(backfills, sink.name);
  }
  const backfill = await targetBackfill(parts, target);
  const sink = backfill && monitor.snapshot.sinks.get(backfill.sinkId);
  return sink && backfillJson(backfill, sink.name);
}
