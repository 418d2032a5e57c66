import { env } from 'vscode';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { resolveBackfill } from '../resolveTargets.ts';

/** Copies the ids of backfills, one per line, for API calls or to search the server's log. */
export async function copyBackfillId(context: CommandContext, { targets }: CommandTargets): Promise<void> {
  const resolved = await Promise.all(
    (targets === undefined || targets.length === 0 ? [undefined] : targets).map((target) =>
      resolveBackfill(context, target),
    ),
  );
  const ids = resolved.flatMap((item) => item?.backfill.id ?? []);
  if (ids.length > 0) {
    await env.clipboard.writeText(ids.join('\n'));
  }
}
