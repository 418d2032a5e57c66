import * as vscode from 'vscode';
import type { SequinApi } from '../api/SequinApi.ts';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import type { Settings } from '../contributions/Settings.ts';
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
  readonly settings: Settings;
  readonly servers: ServerRegistry;
  readonly createApiClient: (address: string, readToken: () => Promise<string>) => SequinApi;
  /** The extension's own folder, where the last snapshots are kept. */
  readonly storagePath: string;
  readonly log: vscode.LogOutputChannel;
}

type SignedInState = Extract<SignInState, { kind: 'signedIn' }>;

/** The monitor of a server that the user is signed in to. */
interface ConnectedServer {
  readonly tokenVersion: number;
  readonly monitor: ServerMonitor;
  readonly persister: Disposable;
}

/** Sees to it that there is a monitor for each server that the user is signed in to, and for no other. */
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
      options.settings.onDidChange('refreshInterval', () => {
        for (const monitor of options.servers.monitors) {
          monitor.reschedule();
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

  /** What is still right stays as it is: what happens to one connection disturbs no other. */
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

  /** Nothing is kept of a server that the user signed out of, or took away. */
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
    const { connections, settings, createApiClient, storagePath, log } = this.#options;
    const { address } = connection;
    const monitor = new ServerMonitor({
      connection,
      api: createApiClient(address, async () => (await connections.getToken(address)) ?? ''),
      clock,
      intervalMs: () => settings.refreshIntervalMs,
      snapshot,
    });
    monitor.setFocused(vscode.window.state.focused);
    const persister = new SnapshotPersister(
      monitor,
      getSnapshotPath(storagePath, address),
      clock,
      (error) => {
        log.warn('the last snapshot cannot be kept', error);
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

/** For the `when` clauses of menus and welcomes. */
function updateContextKeys(states: readonly SignInState[], hasHidden: boolean): void {
  const kinds = states.map(({ kind }) => kind);
  const kind = kinds.includes('signedIn') ? 'signedIn' : (kinds[0] ?? 'none');
  setContextKey(contextKeys.connection, kind);
  setContextKey(contextKeys.severalConnections, states.length > 1);
  const productionFlags = states.flatMap((state) =>
    'connection' in state ? [state.connection.production] : [],
  );
  setContextKey(contextKeys.someProduction, productionFlags.includes(true));
  setContextKey(contextKeys.someNotProduction, productionFlags.includes(false));
  setContextKey(contextKeys.someHidden, hasHidden);
}
