import { env } from 'vscode';
import { curlCommand } from '../model/curl.ts';
import type { CommandParts } from './Command.ts';
import { idIn, targetBackfill, targetSink } from './targets.ts';

/** Copies a shell command that asks the server for a backfill, or for all of a sink; the token is not in it. */
export async function copyAsCurl(parts: CommandParts, target: unknown): Promise<void> {
  const command = await commandFor(parts, target);
  if (command !== undefined) {
    await env.clipboard.writeText(command);
  }
}

async function commandFor(parts: CommandParts, target: unknown): Promise<string | undefined> {
  // Read before the user picks: what is picked is of this server.
  const address = parts.monitors.current?.connection.address;
  if (address === undefined) {
    return undefined;
  }
  if (idIn(target, 'sinkId') !== undefined && idIn(target, 'backfillId') === undefined) {
    const sink = await targetSink(parts, target);
    return sink && curlCommand(address, sink.id);
  }
  const backfill = await targetBackfill(parts, target);
  return backfill && curlCommand(address, backfill.sinkId, backfill.id);
}
