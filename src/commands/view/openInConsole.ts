import * as l10n from '@vscode/l10n';
import type { Connection } from '../../model/Connection.ts';
import { createConsoleListUrl, createConsoleUrl } from '../../model/consoleUrls.ts';
import type { CommandHandler } from '../CommandHandler.ts';
import { resolveSink } from '../resolveTargets.ts';
import type { TargetSink } from '../targetItems.ts';
import type { Ui } from '../Ui.ts';

/** Opens Sequin's web console: the list of sinks of a connection, or the backfills of a sink. */
export const openInConsole: CommandHandler = async (context, { target }) => {
  if (target?.kind === 'connection') {
    const monitor = context.servers.getMonitor(target.connectionId);
    if (monitor !== undefined) {
      await openUrl(context.ui, monitor.connection, createConsoleListUrl(monitor.connection.address));
    }
    return;
  }
  const resolved = await resolveSink(context, target);
  if (resolved !== undefined) {
    await openSinkInConsole(context.ui, resolved);
  }
};

/** Opens the backfills of a sink in Sequin's web console. */
export async function openSinkInConsole(ui: Ui, { monitor, sink }: TargetSink): Promise<void> {
  const { connection } = monitor;
  await openUrl(ui, connection, createConsoleUrl(connection.address, sink));
}

async function openUrl(ui: Ui, { isSample }: Connection, url: string): Promise<void> {
  if (isSample) {
    ui.showMessage('information', l10n.t('Sample data has no Sequin console.'));
  } else {
    await ui.openExternal(url);
  }
}
