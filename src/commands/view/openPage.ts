import type { PagePanelManager } from '../../detail/PagePanelManager.ts';
import type { PageRef } from '../../model/BackfillRef.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { resolveBackfill, resolveSink, toBackfillRef } from '../resolveTargets.ts';
import type { Target } from '../Target.ts';

/** Opens the page of a backfill. From a row, a page that isn't visible yet opens without taking the focus. */
export const openBackfill: CommandHandler = async (context, { target }) => {
  openPage(context, await resolveBackfillPage(context, target), { preserveFocus: target !== undefined });
};

/** Opens the page of a sink. From a row, a page that isn't visible yet opens without taking the focus. */
export const openSink: CommandHandler = async (context, { target }) => {
  openPage(context, await resolveSinkPage(context, target), { preserveFocus: target !== undefined });
};

/** Opens the page of a backfill or a sink beside the active editor, where it stays open. */
export const openToSide: CommandHandler = async (context, { target }) => {
  const resolve = target?.kind === 'sink' ? resolveSinkPage : resolveBackfillPage;
  openPage(context, await resolve(context, target), { toSide: true });
};

/** A page, and the monitor of its server. */
interface Page {
  readonly monitor: ServerMonitor;
  readonly ref: PageRef;
}

function openPage(
  { panels, metricsOffer }: CommandContext,
  page: Page | undefined,
  options: Parameters<PagePanelManager['open']>[1],
): void {
  if (page !== undefined) {
    panels.open(page.ref, options);
    void metricsOffer.offer(page.monitor);
  }
}

async function resolveBackfillPage(
  context: CommandContext,
  target: Target | undefined,
): Promise<Page | undefined> {
  const resolved = await resolveBackfill(context, target);
  return resolved && { monitor: resolved.monitor, ref: toBackfillRef(resolved) };
}

async function resolveSinkPage(
  context: CommandContext,
  target: Target | undefined,
): Promise<Page | undefined> {
  const resolved = await resolveSink(context, target);
  return (
    resolved && {
      monitor: resolved.monitor,
      ref: { connectionId: resolved.monitor.connection.id, sinkId: resolved.sink.id },
    }
  );
}
