import { env } from 'vscode';
import { curlCommand } from '../model/curl.ts';
import type { CommandParts } from './Command.ts';
import { targetBackfill, targetSink, textIn } from './targets.ts';

/** Copies a shell command that asks the server for a backfill, or for all of a sink; the token is not in it. */
export async function copyAsCurl(parts: CommandParts, target: unknown): Promise<void> {
  const command = await commandFor(parts, target);
  if (command !== undefined) {
    await env.clipboard.writeText(command);
  }
}

async function commandFor(parts: CommandParts, target: unknown): Promise<string | undefined> {
  if (textIn(target, 'sinkId') !== undefined && textIn(target, 'backfillId') === undefined) {
    const found = await targetSink(parts, target);
    return found && curlCommand(found.monitor.connection.address, found.sink.id);
  }
  const found = await targetBackfill(parts, target);
  return found && curlCommand(found.monitor.connection.address, found.backfill.sinkId, found.backfill.id);
}
