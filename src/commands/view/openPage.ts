import type { PagePanelManager } from '../../detail/PagePanelManager.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { resolveBackfill, resolveSink, resolveSinkOrBackfill, toPageRef } from '../resolveTargets.ts';
import type { TargetBackfill, TargetSink } from '../targetItems.ts';

/**
 * Opens the page of a backfill. If the command is run on a row, a page that isn't visible yet doesn't take the focus.
 */
export const openBackfill: CommandHandler = async (context, { target }) => {
  openPage(context, await resolveBackfill(context, target), { preserveFocus: target !== undefined });
};

/** Opens the page of a sink. If the command is run on a row, a page that isn't visible yet doesn't take the focus. */
export const openSink: CommandHandler = async (context, { target }) => {
  openPage(context, await resolveSink(context, target), { preserveFocus: target !== undefined });
};

/** Opens the page of a backfill or a sink beside the active editor, in a panel that keeps the page. */
export const openToSide: CommandHandler = async (context, { target }) => {
  openPage(context, await resolveSinkOrBackfill(context, target), { toSide: true });
};

function openPage(
  { panels, metricsOffer }: CommandContext,
  target: TargetSink | TargetBackfill | undefined,
  options: Parameters<PagePanelManager['open']>[1],
): void {
  if (target !== undefined) {
    panels.open(toPageRef(target), options);
    void metricsOffer.offer(target.monitor);
  }
}
