import type { CommandContext } from '../CommandHandler.ts';
import { type CommandTargets, getTargetConnectionId } from '../Target.ts';

/** Refreshes the server of the target, or all servers. The tree shows failures. */
export async function refresh({ ui, servers }: CommandContext, { target }: CommandTargets): Promise<void> {
  const connectionId = getTargetConnectionId(target);
  const targetMonitors = servers.monitors.filter(
    ({ connection }) => connectionId === undefined || connection.id === connectionId,
  );
  await ui.showLoading(() => Promise.all(targetMonitors.map((monitor) => monitor.refresh())));
}
