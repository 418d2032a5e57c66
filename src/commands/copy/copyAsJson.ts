import { env } from 'vscode';
import { formatBackfillJson, formatHistoryJson } from '../../model/apiJson.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets, Target } from '../Target.ts';
import { resolveBackfill, resolveSink } from '../resolveTargets.ts';
import { loadAllBackfills } from '../backfills/loadAllBackfills.ts';

/** Copies a backfill, or all backfills of a sink, as the JSON that the API returns. */
export async function copyAsJson(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const text = await createJsonText(context, target);
  if (text !== undefined) {
    await env.clipboard.writeText(text);
  }
}

async function createJsonText(
  context: CommandContext,
  target: Target | undefined,
): Promise<string | undefined> {
  const { servers } = context;
  if (target?.kind === 'sink') {
    const resolved = await resolveSink(context, target);
    const backfills =
      resolved &&
      (await loadAllBackfills({ servers, monitor: resolved.monitor }, resolved.sink.id, {
        forceReload: false,
      }));
    return backfills && formatHistoryJson(backfills, resolved.sink.name);
  }
  const resolved = await resolveBackfill(context, target);
  const sink = resolved?.monitor.snapshot.sinks.get(resolved.backfill.sinkId);
  return resolved && sink && formatBackfillJson(resolved.backfill, sink.name);
}
