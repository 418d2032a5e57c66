import { homedir } from 'node:os';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { registerCommands } from './commands/registerCommands.ts';
import { ConnectedMonitors } from './ConnectedMonitors.ts';
import { AcceptedAddresses } from './connections/AcceptedAddresses.ts';
import { ConnectionStore } from './connections/ConnectionStore.ts';
import { hasCliContexts } from './connections/hasCliContexts.ts';
import { connectForDevelopment } from './connections/connectForDevelopment.ts';
import { BackfillPanels } from './detail/BackfillPanels.ts';
import { LastLooked } from './monitor/LastLooked.ts';
import { Monitors } from './monitor/Monitors.ts';
import { startNotifier } from './notifications/startNotifier.ts';
import { apiOpener } from './openApi.ts';
import { systemClock as clock } from './shared/clock.ts';
import { StatusBar } from './statusBar/StatusBar.ts';
import { setLocale } from './text/format.ts';
import { ExpandedRows } from './tree/ExpandedRows.ts';
import { HistoryProgress } from './tree/HistoryProgress.ts';
import { SinksTreeProvider } from './tree/SinksTreeProvider.ts';
import { SinksView } from './tree/SinksView.ts';
import { TreeOptions } from './tree/TreeOptions.ts';

/** What a test inside VS Code may look at. Nobody else is given it. */
export interface TestApi {
  readonly connections: ConnectionStore;
  readonly monitors: Monitors;
  readonly tree: SinksTreeProvider;
}

/** Builds the parts and connects them. Asks no server for anything before the user looks at something. */
export async function activate(context: vscode.ExtensionContext): Promise<TestApi | undefined> {
  if (vscode.l10n.bundle !== undefined) {
    l10n.config({ contents: vscode.l10n.bundle });
  }
  setLocale(vscode.env.language);

  const own = <T extends { dispose(): void }>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const log = own(vscode.window.createOutputChannel('Sequin', { log: true }));
  const openApi = apiOpener(log);
  const connections = own(
    new ConnectionStore(context.secrets, (problem) => {
      log.warn(problem);
    }),
  );
  const monitors = own(new Monitors());
  own(
    new ConnectedMonitors({ connections, monitors, openApi, storage: context.globalStorageUri.fsPath, log }),
  );
  const treeOptions = own(new TreeOptions(context.workspaceState));
  const tree = own(
    new SinksTreeProvider({
      monitors,
      clock,
      options: () => treeOptions.current,
      expanded: new ExpandedRows(context.workspaceState),
    }),
  );
  own(
    treeOptions.onDidChange(() => {
      tree.redrawAll();
    }),
  );
  const panels = own(new BackfillPanels({ monitors, extensionUri: context.extensionUri }));
  const lastLooked = own(new LastLooked(context.globalState, clock));
  const view = own(new SinksView({ tree, monitors, clock, lastLooked }));
  own(new StatusBar({ monitors, lastLooked, clock }));
  own(startNotifier(monitors, context));
  own(new HistoryProgress(monitors, clock));
  own(
    registerCommands({
      connections,
      accepted: new AcceptedAddresses(context.globalState),
      monitors,
      panels,
      tree,
      treeOptions,
      selection: () => view.selection,
      log,
      openApi: (address, token) => openApi(address, () => Promise.resolve(token)),
    }),
  );

  if (process.env['NODE_ENV'] !== 'production') {
    await connectForDevelopment(connections, process.env);
  }
  await connections.load();
  void hasCliContexts(homedir()).then((has) =>
    vscode.commands.executeCommand('setContext', 'sequin.cliContexts', has),
  );
  return context.extensionMode === vscode.ExtensionMode.Test ? { connections, monitors, tree } : undefined;
}
