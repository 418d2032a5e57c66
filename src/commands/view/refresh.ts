import type { CommandContext } from '../CommandHandler.ts';
import { getTargetAddress, type CommandTargets } from '../Target.ts';

/** Refreshes the server of the target, or all servers. The tree shows failures. */
export async function refresh({ ui, servers }: CommandContext, { target }: CommandTargets): Promise<void> {
  const address = getTargetAddress(target);
  const targetMonitors = servers.monitors.filter(
    ({ connection }) => address === undefined || connection.address === address,
  );
  await ui.showLoading(() => Promise.all(targetMonitors.map((monitor) => monitor.refresh())));
}
