import * as vscode from 'vscode';
import type { SequinApi } from '../api/SequinApi.ts';
import type { ConnectionStore } from '../connections/ConnectionStore.ts';
import { connectionAddressOf, type SignInState } from '../model/Connection.ts';
import { ServerMonitor } from './ServerMonitor.ts';
import type { ServerRegistry } from './ServerRegistry.ts';
import type { Snapshot } from './Snapshot.ts';
import { deleteSnapshot, readSnapshot, getSnapshotPath } from './snapshotFile.ts';
import { SnapshotPersister } from './SnapshotPersister.ts';
import { systemClock as clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';

export interface ServerManagerOptions {
  readonly connections: ConnectionStore;
  readonly servers: ServerRegistry;
  readonly createApiClient: (address: string, readToken: () => Promise<string>) => SequinApi;
  /** The extension's storage folder, for saved snapshots. */
  readonly storagePath: string;
  readonly log: vscode.LogOutputChannel;
}

type SignedInState = Extract<SignInState, { kind: 'signedIn' }>;

/** The monitor of a signed-in server and the objects that live with it. */
interface ConnectedServer {
  readonly tokenVersion: number;
  readonly monitor: ServerMonitor;
  readonly persister: Disposable;
}

/** Creates a monitor for each signed-in server and disposes it on sign-out. */
export class ServerManager extends DisposableBase {
  readonly #options: ServerManagerOptions;
  /** By address. */
  readonly #connectedServers = new Map<string, ConnectedServer>();
  #knownAddresses: ReadonlySet<string> = new Set();

  constructor(options: ServerManagerOptions) {
    super();
    this.#options = options;
    this.register(
      options.connections.onDidChange((states) => {
        void this.#syncServers(states);
      }),
    );
    this.register(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        for (const monitor of options.servers.monitors) {
          monitor.setFocused(focused);
        }
      }),
    );
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('sequin.refresh')) {
          for (const monitor of options.servers.monitors) {
            monitor.reschedule();
          }
        }
      }),
    );
  }

  override dispose(): void {
    for (const { persister } of this.#connectedServers.values()) {
      persister.dispose();
    }
    super.dispose();
  }

  /** Brings the monitors in line with the connections. Unchanged connections keep their monitors. */
  async #syncServers(states: readonly SignInState[]): Promise<void> {
    const { connections, storagePath } = this.#options;
    const signedIn = states.filter((state) => state.kind === 'signedIn');
    for (const [address, { tokenVersion, persister }] of this.#connectedServers) {
      const isStillSignedIn = signedIn.some(
        (state) => state.connection.address === address && state.tokenVersion === tokenVersion,
      );
      if (!isStillSignedIn) {
        persister.dispose();
        this.#connectedServers.delete(address);
      }
    }
    this.#deleteUnusedSnapshots(states);
    updateContextKeys(states, connections.entries.length > states.length);
    const added = signedIn.filter(({ connection }) => !this.#connectedServers.has(connection.address));
    this.#updateRegistry(states);
    const restored = await Promise.all(
      added.map(async (state) => ({
        state,
        snapshot: await readSnapshot(getSnapshotPath(storagePath, state.connection.address)),
      })),
    );
    if (restored.length > 0 && connections.states === states) {
      for (const { state, snapshot } of restored) {
        this.#connect(state, snapshot);
      }
      this.#updateRegistry(states);
    }
  }

  /** Deletes the saved snapshots of servers that were removed or signed out. */
  #deleteUnusedSnapshots(states: readonly SignInState[]): void {
    const { connections, storagePath } = this.#options;
    const addresses = new Set(connections.entries.map(({ address }) => address));
    const removed = [...this.#knownAddresses].filter((address) => !addresses.has(address));
    const signedOut = states.flatMap((state) =>
      state.kind === 'signedOut' ? [state.connection.address] : [],
    );
    this.#knownAddresses = addresses;
    for (const address of [...removed, ...signedOut]) {
      deleteSnapshot(getSnapshotPath(storagePath, address));
    }
  }

  #connect({ connection, tokenVersion }: SignedInState, snapshot: Snapshot | undefined): void {
    const { connections, createApiClient, storagePath, log } = this.#options;
    const { address } = connection;
    const monitor = new ServerMonitor({
      connection,
      api: createApiClient(address, async () => (await connections.getToken(address)) ?? ''),
      clock,
      intervalMs: getPollIntervalMs,
      snapshot,
    });
    monitor.setFocused(vscode.window.state.focused);
    const persister = new SnapshotPersister(
      monitor,
      getSnapshotPath(storagePath, address),
      clock,
      (error) => {
        log.warn("Couldn't save the snapshot", error);
      },
    );
    this.#connectedServers.set(address, { tokenVersion, monitor, persister });
  }

  #updateRegistry(states: readonly SignInState[]): void {
    this.#options.servers.setServers(
      states.map((state) => {
        const monitor = this.#connectedServers.get(connectionAddressOf(state))?.monitor;
        if (monitor !== undefined && 'connection' in state) {
          monitor.connection = state.connection;
        }
        return { state, monitor: state.kind === 'signedIn' ? monitor : undefined };
      }),
    );
  }
}

/** Sets the context keys for the `when` clauses of menus and welcome views. */
function updateContextKeys(states: readonly SignInState[], hasHidden: boolean): void {
  const kinds = states.map(({ kind }) => kind);
  const kind = kinds.includes('signedIn') ? 'signedIn' : (kinds[0] ?? 'none');
  void vscode.commands.executeCommand('setContext', 'sequin.connection', kind);
  void vscode.commands.executeCommand('setContext', 'sequin.severalConnections', states.length > 1);
  const productionFlags = states.flatMap((state) =>
    'connection' in state ? [state.connection.production] : [],
  );
  void vscode.commands.executeCommand('setContext', 'sequin.someProduction', productionFlags.includes(true));
  void vscode.commands.executeCommand(
    'setContext',
    'sequin.someNotProduction',
    productionFlags.includes(false),
  );
  void vscode.commands.executeCommand('setContext', 'sequin.someHidden', hasHidden);
}

/** The shortest polling interval, in milliseconds. */
function getPollIntervalMs(): number {
  return 1000 * vscode.workspace.getConfiguration('sequin').get('refresh.interval', 2);
}
