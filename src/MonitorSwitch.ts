import * as vscode from 'vscode';
import type { SequinApi } from './api/SequinApi.ts';
import type { ConnectionState, ConnectionStore } from './connections/ConnectionStore.ts';
import { Monitor } from './monitor/Monitor.ts';
import type { Monitors } from './monitor/Monitors.ts';
import { deleteSnapshot, readSnapshot, snapshotPath } from './monitor/snapshotFile.ts';
import { SnapshotKeeper } from './monitor/SnapshotKeeper.ts';
import { systemClock as clock } from './shared/clock.ts';
import { DisposableBase, type Disposable } from './shared/lifecycle.ts';

export interface ConnectParts {
  readonly connections: ConnectionStore;
  readonly monitors: Monitors;
  readonly openApi: (address: string, readToken: () => Promise<string>) => SequinApi;
  /** The extension's own folder, where the last snapshot is kept. */
  readonly storage: string;
  readonly log: vscode.LogOutputChannel;
}

/** Sees to it that there is a monitor for the server that the user is signed in to, and for no other. */
export class MonitorSwitch extends DisposableBase {
  readonly #parts: ConnectParts;
  #keeper: Disposable | undefined;

  constructor(parts: ConnectParts) {
    super();
    this.#parts = parts;
    this.register(
      parts.connections.onDidChange((state) => {
        void vscode.commands.executeCommand('setContext', 'sequin.connection', state.kind);
        void this.#follow(state);
      }),
    );
    this.register(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        parts.monitors.current?.setFocused(focused);
      }),
    );
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('sequin.refresh')) {
          parts.monitors.current?.reschedule();
        }
      }),
    );
  }

  override dispose(): void {
    this.#keeper?.dispose();
    super.dispose();
  }

  async #follow(state: ConnectionState): Promise<void> {
    const { connections, monitors, openApi, storage, log } = this.#parts;
    this.#keeper?.dispose();
    this.#keeper = undefined;
    monitors.switchTo(undefined);
    if (!('connection' in state)) {
      return;
    }
    const { connection } = state;
    const path = snapshotPath(storage, connection);
    if (state.kind === 'signedOut') {
      deleteSnapshot(path);
      return;
    }
    const snapshot = await readSnapshot(path);
    if (connections.state !== state) {
      return;
    }
    const monitor = new Monitor({
      connection,
      api: openApi(connection.address, async () => (await connections.token(connection)) ?? ''),
      clock,
      intervalMs,
      snapshot,
    });
    monitor.setFocused(vscode.window.state.focused);
    this.#keeper = new SnapshotKeeper(monitor, path, clock, (problem) => {
      log.warn('the last snapshot cannot be kept', problem);
    });
    monitors.switchTo(monitor);
  }
}

/** The fast pace in milliseconds. */
function intervalMs(): number {
  return 1000 * vscode.workspace.getConfiguration('sequin').get('refresh.interval', 2);
}
