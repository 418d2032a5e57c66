import { env } from 'vscode';
import { createCurlCommand } from '../../model/curlCommand.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { resolveBackfill, resolveSink, stringField } from '../targets.ts';

/** Copies a shell command that asks the server for a backfill, or for all of a sink; the token is not in it. */
export async function copyAsCurl(context: CommandContext, target: unknown): Promise<void> {
  const command = await createCommandText(context, target);
  if (command !== undefined) {
    await env.clipboard.writeText(command);
  }
}

async function createCommandText(context: CommandContext, target: unknown): Promise<string | undefined> {
  if (stringField(target, 'sinkId') !== undefined && stringField(target, 'backfillId') === undefined) {
    const resolved = await resolveSink(context, target);
    return resolved && createCurlCommand(resolved.monitor.connection.address, resolved.sink.id);
  }
  const resolved = await resolveBackfill(context, target);
  return (
    resolved &&
    createCurlCommand(resolved.monitor.connection.address, resolved.backfill.sinkId, resolved.backfill.id)
  );
}
