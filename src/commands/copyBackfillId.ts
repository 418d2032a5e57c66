import { env } from 'vscode';
import type { CommandParts } from './Command.ts';
import { rowsOf, targetBackfill } from './targets.ts';

/** Copies the ids of backfills, one a line, for an API call or the server's log. */
export async function copyBackfillId(parts: CommandParts, target: unknown, selected: unknown): Promise<void> {
  const found = await Promise.all(rowsOf(target, selected).map((row) => targetBackfill(parts, row)));
  const ids = found.flatMap((one) => one?.backfill.id ?? []);
  if (ids.length > 0) {
    await env.clipboard.writeText(ids.join('\n'));
  }
}
