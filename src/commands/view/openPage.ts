import type { PageRef } from '../../model/BackfillRef.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { resolveBackfill, resolveSink, toBackfillRef } from '../resolveTargets.ts';
import type { CommandTargets, Target } from '../Target.ts';

/** Opens the page of a backfill. The focus stays in the row that it is opened from, until it is opened again. */
export async function openBackfill(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveBackfill(context, target);
  if (resolved !== undefined) {
    context.panels.open(toBackfillRef(resolved), { preserveFocus: target !== undefined });
    void context.metricsOffer.offer(resolved.monitor);
  }
}

/** Opens the page of a sink. The focus stays in the row that it is opened from, until it is opened again. */
export async function openSink(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const ref = await resolveSinkPage(context, target);
  if (ref !== undefined) {
    context.panels.open(ref, { preserveFocus: target !== undefined });
  }
}

/** Opens the page of a backfill or a sink beside the active editor, where it stays open. */
export async function openToSide(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolve = target?.kind === 'sink' ? resolveSinkPage : resolveBackfillPage;
  const ref = await resolve(context, target);
  if (ref !== undefined) {
    context.panels.open(ref, { toSide: true });
  }
}

async function resolveBackfillPage(
  context: CommandContext,
  target: Target | undefined,
): Promise<PageRef | undefined> {
  const resolved = await resolveBackfill(context, target);
  return resolved && toBackfillRef(resolved);
}

async function resolveSinkPage(
  context: CommandContext,
  target: Target | undefined,
): Promise<PageRef | undefined> {
  const resolved = await resolveSink(context, target);
  return resolved && { connectionId: resolved.monitor.connection.id, sinkId: resolved.sink.id };
}
