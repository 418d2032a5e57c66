import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { openSequinApi } from './api/openSequinApi.ts';
import type { Exchange, SequinApi } from './api/SequinApi.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { ConnectionStore } from './connections/ConnectionStore.ts';
import { connectForDevelopment } from './connections/connectForDevelopment.ts';
import { BackfillPanels } from './detail/BackfillPanels.ts';
import { Monitor } from './monitor/Monitor.ts';
import { Monitors } from './monitor/Monitors.ts';
import { systemClock as clock } from './shared/clock.ts';
import { setLocale } from './text/format.ts';
import { SinksTreeProvider } from './tree/SinksTreeProvider.ts';
import { SinksView } from './tree/SinksView.ts';

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
  const openApi = (address: string, readToken: () => Promise<string>): SequinApi =>
    openSequinApi(
      {
        address,
        onExchange: (exchange) => {
          logExchange(log, exchange);
        },
        onLeftOut: (what, problem) => {
          log.warn(`left out a ${what} that is not understood: ${problem}`);
        },
      },
      readToken,
    );

  const connections = own(new ConnectionStore(context.secrets));
  const monitors = own(new Monitors());
  const tree = own(new SinksTreeProvider(monitors, clock, context.workspaceState));
  const panels = own(new BackfillPanels({ monitors, clock, extensionUri: context.extensionUri }));
  own(new SinksView(tree, monitors));
  own(
    registerCommands({
      connections,
      monitors,
      panels,
      tree,
      clock,
      log,
      openApi: (address, token) => openApi(address, () => Promise.resolve(token)),
    }),
  );
  own(
    connections.onDidChange((state) => {
      void vscode.commands.executeCommand('setContext', 'sequin.connection', state.kind);
      if (state.kind !== 'signedIn') {
        monitors.switchTo(undefined);
        return;
      }
      const { connection } = state;
      const readToken = async (): Promise<string> => (await connections.token(connection)) ?? '';
      monitors.switchTo(new Monitor(connection, openApi(connection.address, readToken), clock));
    }),
  );

  if (context.extensionMode === vscode.ExtensionMode.Development) {
    await connectForDevelopment(connections, process.env);
  }
  await connections.load();
  return context.extensionMode === vscode.ExtensionMode.Test ? { connections, monitors, tree } : undefined;
}

function logExchange(
  log: vscode.LogOutputChannel,
  { method, path, status, durationMs, size, problem }: Exchange,
): void {
  const line = `${method} ${path} ${String(status ?? '-')} ${String(durationMs)} ms, ${String(size)} characters`;
  if (problem === undefined) {
    log.debug(line);
  } else {
    log.warn(`${line}: ${problem}`);
  }
}
