import { env, Uri } from 'vscode';
import { createConsoleUrl } from '../../model/consoleUrl.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { resolveSink } from '../resolveTargets.ts';

/** Opens the backfills of a sink in Sequin's web console. */
export async function openInConsole(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveSink(context, target);
  if (resolved !== undefined) {
    const { monitor, sink } = resolved;
    await env.openExternal(Uri.parse(createConsoleUrl(monitor.connection.address, sink), true));
  }
}
