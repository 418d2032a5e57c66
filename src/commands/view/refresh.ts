import { window } from 'vscode';
import { viewIds } from '../../contributions/viewIds.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { getTargetAddress, type CommandTargets } from '../Target.ts';

/** Refreshes the server of the target, or all servers. The tree shows failures. */
export async function refresh({ servers }: CommandContext, { target }: CommandTargets): Promise<void> {
  const address = getTargetAddress(target);
  const targetMonitors = servers.monitors.filter(
    ({ connection }) => address === undefined || connection.address === address,
  );
  await window.withProgress({ location: { viewId: viewIds.sinks } }, () =>
    Promise.all(targetMonitors.map((monitor) => monitor.refresh())),
  );
}
