import { env } from 'vscode';
import type { CommandParts } from './Command.ts';
import { targetSink } from './targets.ts';

/** Copies a sink's name as the server has it. */
export async function copySinkName(parts: CommandParts, target: unknown): Promise<void> {
  const found = await targetSink(parts, target);
  if (found !== undefined) {
    await env.clipboard.writeText(found.sink.name);
  }
}
