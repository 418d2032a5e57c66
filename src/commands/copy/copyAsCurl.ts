import { env } from 'vscode';
import { createCurlCommand } from '../../model/curlCommand.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets, Target } from '../Target.ts';
import { resolveBackfill, resolveSink } from '../resolveTargets.ts';

/** Copies a `curl` command that requests a backfill, or all backfills of a sink. It doesn't contain the token. */
export async function copyAsCurl(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const command = await createCommandText(context, target);
  if (command !== undefined) {
    await env.clipboard.writeText(command);
  }
}

async function createCommandText(
  context: CommandContext,
  target: Target | undefined,
): Promise<string | undefined> {
  if (target?.kind === 'sink') {
    const resolved = await resolveSink(context, target);
    return resolved && createCurlCommand(resolved.monitor.connection.address, resolved.sink.id);
  }
  const resolved = await resolveBackfill(context, target);
  return (
    resolved &&
    createCurlCommand(resolved.monitor.connection.address, resolved.backfill.sinkId, resolved.backfill.id)
  );
}
