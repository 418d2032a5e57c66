import { formatBackfillJson, formatBackfillsJson } from '../../model/apiJson.ts';
import { createCurlCommand } from '../../model/createCurlCommand.ts';
import { createPageLink } from '../../model/pageLink.ts';
import { loadAllBackfills } from '../backfills/loadAllBackfills.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { resolveBackfills, resolveSinkOrBackfill, resolveSinks, toPageRef } from '../resolveTargets.ts';
import type { TargetBackfill, TargetSink } from '../targetItems.ts';

/** Copies the exact names of sinks, one per line. */
export const copySinkName: CommandHandler = async (context, { targets }) => {
  const sinks = await resolveSinks(context, targets);
  await copyText(context, sinks.map(({ sink }) => sink.name).join('\n'));
};

/** Copies the ids of backfills, one per line, for API calls or for searching the server's log. */
export const copyBackfillId: CommandHandler = async (context, { targets }) => {
  const backfills = await resolveBackfills(context, targets);
  await copyText(context, backfills.map(({ backfill }) => backfill.id).join('\n'));
};

/**
 * Copies a link that opens the page of a backfill or a sink in any VS Code window with a connection to the same server.
 */
export const copyLink = createCopyCommand(createLink, createLink);

/**
 * Copies a `curl` command that requests a backfill, or all backfills of a sink. The command doesn't contain the token.
 */
export const copyAsCurl = createCopyCommand(
  ({ monitor, sink }) => createCurlCommand(monitor.connection.address, sink.id),
  ({ monitor, backfill }) => createCurlCommand(monitor.connection.address, backfill.sinkId, backfill.id),
);

/** Copies a backfill, or all backfills of a sink, as the JSON that the API returns. */
export const copyAsJson = createCopyCommand(
  async ({ monitor, sink }) => {
    const backfills = await loadAllBackfills(monitor, sink.id);
    return backfills && formatBackfillsJson(backfills, sink.name);
  },
  ({ monitor, backfill }) => {
    const sink = monitor.snapshot.sinks.get(backfill.sinkId);
    return sink && formatBackfillJson(backfill, sink.name);
  },
);

function createLink(target: TargetSink | TargetBackfill, { linkBase }: CommandContext): string {
  const { sinkId, backfillId } = toPageRef(target);
  return createPageLink(linkBase, { address: target.monitor.connection.address, sinkId, backfillId });
}

/** Creates a command that copies text about a sink or a backfill. Without a target, the user picks a backfill. */
function createCopyCommand(
  formatSink: (target: TargetSink, context: CommandContext) => Promise<string | undefined> | string,
  formatBackfill: (target: TargetBackfill, context: CommandContext) => string | undefined,
): CommandHandler {
  return async (context, { target }) => {
    const resolved = await resolveSinkOrBackfill(context, target);
    const text =
      resolved && ('sink' in resolved ? formatSink(resolved, context) : formatBackfill(resolved, context));
    await copyText(context, await text);
  };
}

/** Copies text unless it is undefined or empty. */
async function copyText({ ui }: CommandContext, text: string | undefined): Promise<void> {
  if (text) {
    await ui.copy(text);
  }
}
