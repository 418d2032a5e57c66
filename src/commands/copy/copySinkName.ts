import { env } from 'vscode';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { resolveSink } from '../resolveTargets.ts';

/** Copies the name of a sink, unformatted. */
export async function copySinkName(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveSink(context, target);
  if (resolved !== undefined) {
    await env.clipboard.writeText(resolved.sink.name);
  }
}
