import { env, Uri } from 'vscode';
import { consoleUrl } from '../model/consoleUrl.ts';
import type { CommandParts } from './Command.ts';
import { targetSink } from './targets.ts';

/** Opens the backfills of a sink in Sequin's web console. */
export async function openInConsole(parts: CommandParts, target: unknown): Promise<void> {
  const found = await targetSink(parts, target);
  if (found !== undefined) {
    const { monitor, sink } = found;
    await env.openExternal(Uri.parse(consoleUrl(monitor.connection.address, sink), true));
  }
}
