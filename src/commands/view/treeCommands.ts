import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { resolveSinkOrBackfill, toPageRef } from '../resolveTargets.ts';
import { appliesToConnection, type CommandTargets } from '../Target.ts';

/** Refreshes the server of the target or, without a target, all servers. The tree shows failures. */
export async function refresh({ ui, servers }: CommandContext, { target }: CommandTargets): Promise<void> {
  const targetMonitors = servers.monitors.filter(({ connection }) =>
    appliesToConnection(target, connection.id),
  );
  await ui.showLoading(() => Promise.all(targetMonitors.map((monitor) => monitor.refresh())));
}

/**
 * Refreshes all servers, for a button in the title of a view. VS Code passes the focused row even to a command of such
 * a button, but that row isn't the target.
 */
export const refreshAll: CommandHandler = (context) =>
  refresh(context, { target: undefined, targets: undefined });

/**
 * Retries the failed request that a row reports: the request for the backfills of a sink, or for all sinks of a server.
 */
export async function retry(context: CommandContext, commandTargets: CommandTargets): Promise<void> {
  const { target } = commandTargets;
  if (target?.kind === 'sink' || target?.kind === 'backfill') {
    await context.servers.getMonitor(target.connectionId)?.backfillLists.load(target.sinkId);
  } else {
    await refresh(context, commandTargets);
  }
}

/** Shows and selects the row of a backfill or a sink in the _Sinks_ view. */
export async function revealInSinksView(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveSinkOrBackfill(context, target);
  if (resolved !== undefined) {
    const { backfillId, ...ref } = toPageRef(resolved);
    await context.revealRow(
      backfillId === undefined ? { kind: 'sink', ...ref } : { kind: 'backfill', ...ref, backfillId },
    );
  }
}

/** Shows more of a sink's backfills. */
export function showMore({ tree }: CommandContext, { target }: CommandTargets): void {
  if (target?.kind === 'sink') {
    tree.showMore(target.connectionId, target.sinkId);
  }
}

/** Creates the command that hides finished backfills in the tree, or the command that shows them again. */
export function createHideFinishedCommand(hideFinished: boolean): CommandHandler {
  return ({ treeOptions }) => {
    treeOptions.setHideFinished(hideFinished);
  };
}
