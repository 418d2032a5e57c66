import * as vscode from 'vscode';
import type { SequinApi } from '../api/SequinApi.ts';
import type { ConnectionStore } from '../connections/ConnectionStore.ts';
import { systemClock as clock } from '../shared/clock.ts';
import { updateConnectionContextKeys } from './connectionContextKeys.ts';
import { ServerManager } from './ServerManager.ts';
import type { ServerRegistry } from './ServerRegistry.ts';

interface StartOptions {
  readonly connections: ConnectionStore;
  readonly servers: ServerRegistry;
  readonly createApiClient: (address: string, readToken: () => Promise<string>) => SequinApi;
  /** The extension's storage folder, for saved snapshots. */
  readonly storagePath: string;
  readonly log: vscode.LogOutputChannel;
}

/** Creates the {@link ServerManager} and connects it to VS Code's settings, window state and context keys. */
export function startServerManager(options: StartOptions): vscode.Disposable {
  const { connections, log } = options;
  const contextKeys = connections.onDidChange((states) => {
    updateConnectionContextKeys(states, connections.entries.length > states.length);
  });
  const manager = new ServerManager({
    ...options,
    clock,
    intervalMs: getPollIntervalMs,
    isFocused: () => vscode.window.state.focused,
    onSaveError: (error) => {
      log.warn("Couldn't save the snapshot", error);
    },
  });
  const windowState = vscode.window.onDidChangeWindowState(({ focused }) => {
    manager.setFocused(focused);
  });
  const configuration = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('sequin.refresh')) {
      manager.reschedule();
    }
  });
  return vscode.Disposable.from(configuration, windowState, manager, contextKeys);
}

/** The shortest polling interval, in milliseconds. */
function getPollIntervalMs(): number {
  return 1000 * vscode.workspace.getConfiguration('sequin').get('refresh.interval', 2);
}
