import type { CommandContext } from '../CommandHandler.ts';
import { resolveBackfill, toBackfillRef } from '../resolveTargets.ts';
import type { CommandTargets } from '../Target.ts';

/** Opens the page of a backfill. The focus stays in the row that it is opened from, until it is opened again. */
export async function openBackfill(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveBackfill(context, target);
  if (resolved !== undefined) {
    context.panels.open(toBackfillRef(resolved), { preserveFocus: target !== undefined });
    void context.metricsOffer.offer(resolved.monitor);
  }
}

/** Opens a page of a backfill beside the active editor, where it stays open. */
export async function openBackfillToSide(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveBackfill(context, target);
  if (resolved !== undefined) {
    context.panels.open(toBackfillRef(resolved), { toSide: true });
  }
}
