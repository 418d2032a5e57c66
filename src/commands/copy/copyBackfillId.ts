import { env } from 'vscode';
import type { CommandContext } from '../CommandHandler.ts';
import { getTargetRows, resolveBackfill } from '../targets.ts';

/** Copies the ids of backfills, one a line, for an API call or the server's log. */
export async function copyBackfillId(
  context: CommandContext,
  target: unknown,
  selected: unknown,
): Promise<void> {
  const resolved = await Promise.all(
    getTargetRows(target, selected).map((row) => resolveBackfill(context, row)),
  );
  const ids = resolved.flatMap((item) => item?.backfill.id ?? []);
  if (ids.length > 0) {
    await env.clipboard.writeText(ids.join('\n'));
  }
}
