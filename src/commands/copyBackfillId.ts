import { env } from 'vscode';
import type { CommandParts } from './Command.ts';
import { targetBackfill } from './targets.ts';

/** Copies a backfill's id, for an API call or the server's log. */
export async function copyBackfillId(parts: CommandParts, target: unknown): Promise<void> {
  const backfill = await targetBackfill(parts, target);
  if (backfill !== undefined) {
    await env.clipboard.writeText(backfill.id);
  }
}
