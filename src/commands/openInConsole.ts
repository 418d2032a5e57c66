import { env, Uri } from 'vscode';
import { consoleUrl } from '../model/consoleUrl.ts';
import type { CommandParts } from './Command.ts';
import { targetSink } from './targets.ts';

/** Opens the backfills of a sink in Sequin's web console. */
export async function openInConsole(parts: CommandParts, target: unknown): Promise<void> {
  const sink = await targetSink(parts, target);
  const address = parts.monitors.current?.connection.address;
  if (sink !== undefined && address !== undefined) {
    await env.openExternal(Uri.parse(consoleUrl(address, sink), true));
  }
}
