import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { appliesToConnection, type CommandTargets } from '../Target.ts';

/** Refreshes the server of the target, or all servers. The tree shows failures. */
export async function refresh({ ui, servers }: CommandContext, { target }: CommandTargets): Promise<void> {
  const targetMonitors = servers.monitors.filter(({ connection }) =>
    appliesToConnection(target, connection.id),
  );
  await ui.showLoading(() => Promise.all(targetMonitors.map((monitor) => monitor.refresh())));
}

/** Refreshes all servers. For the title of a view: the row that VS Code passes there is only the focused one. */
export const refreshAll: CommandHandler = (context) =>
  refresh(context, { target: undefined, targets: undefined });
