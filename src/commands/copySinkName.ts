import { env } from 'vscode';
import type { CommandParts } from './Command.ts';
import { targetSink } from './targets.ts';

/** Copies a sink's name as the server has it. */
export async function copySinkName(parts: CommandParts, target: unknown): Promise<void> {
  const sink = await targetSink(parts, target);
  if (sink !== undefined) {
    await env.clipboard.writeText(sink.name);
  }
}
