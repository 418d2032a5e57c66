import type { SequinApi } from '../api/SequinApi.ts';
import type { ConnectionStore } from '../connections/ConnectionStore.ts';
import { getConnectionAddress, type SignInState } from '../model/Connection.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { ServerMonitor } from './ServerMonitor.ts';
import type { ServerRegistry } from './ServerRegistry.ts';
import type { Snapshot } from './Snapshot.ts';
import { deleteSnapshot, readSnapshot, getSnapshotPath } from './snapshotFile.ts';
import { SnapshotPersister } from './SnapshotPersister.ts';

export interface ServerManagerOptions {
  readonly connections: Pick<ConnectionStore, 'states' | 'entries' | 'onDidChange' | 'getToken'>;
  readonly servers: ServerRegistry;
  readonly createApiClient: (address: string, readToken: () => Promise<string>) => SequinApi;
  /** The extension's storage folder, for saved snapshots. */
  readonly storagePath: string;
  readonly clock: Clock;
  /** Returns the shortest polling interval in milliseconds; 0 turns automatic polling off. */
  readonly intervalMs: () => number;
  /** Whether the window has the focus when a monitor is created. */
  readonly isFocused: () => boolean;
  /** Receives errors from writing a snapshot to disk, or from deleting it. */
  readonly onSaveError: (error: unknown) => void;
  /** Receives errors of defects, which also appear as `internal` failures in the snapshots. */
  readonly onInternalError?: (error: unknown) => void;
}

type SignedInState = Extract<SignInState, { kind: 'signedIn' }>;

/** The monitor of a signed-in server, with the persister of its snapshot. */
class ConnectedServer extends DisposableBase {
  readonly tokenVersion: number;
  readonly monitor: ServerMonitor;
  readonly #persister: SnapshotPersister;

  constructor(
    { connection, tokenVersion }: SignedInState,
    snapshot: Snapshot | undefined,
    options: ServerManagerOptions,
  ) {
    super();
    const { connections, createApiClient, storagePath, clock, intervalMs, isFocused, onSaveError } = options;
    const { address } = connection;
    this.tokenVersion = tokenVersion;
    this.monitor = this.register(
      new ServerMonitor({
        connection,
        api: createApiClient(address, async () => (await connections.getToken(address)) ?? ''),
        clock,
        intervalMs,
        snapshot,
        onInternalError: options.onInternalError,
      }),
    );
    this.monitor.setFocused(isFocused());
    this.#persister = this.register(
      new SnapshotPersister(this.monitor, getSnapshotPath(storagePath, address), clock, onSaveError),
    );
  }

  /** Saves the snapshot if it has unsaved changes, and no later ones. */
  stopSaving(): void {
    this.#persister.dispose();
  }
}

/**
 * Creates a monitor for each signed-in server and disposes it on sign-out. The {@link ServerRegistry} lists the
 * monitors for the views but doesn't own them.
 */
export class ServerManager extends DisposableBase {
  readonly #options: ServerManagerOptions;
  /** By address. */
  readonly #connectedServers = new Map<string, ConnectedServer>();
  #knownAddresses: ReadonlySet<string> = new Set();
  #isDisposed = false;

  constructor(options: ServerManagerOptions) {
    super();
    this.#options = options;
    this.register(
      options.connections.onDidChange((states) => {
        void this.#syncServers(states);
      }),
    );
  }

  /** Sets whether the window has the focus, for all monitors. */
  setFocused(focused: boolean): void {
    for (const { monitor } of this.#connectedServers.values()) {
      monitor.setFocused(focused);
    }
  }

  /** Plans the next poll of all monitors again, after a change of the interval. */
  reschedule(): void {
    for (const { monitor } of this.#connectedServers.values()) {
      monitor.reschedule();
    }
  }

  override dispose(): void {
    this.#isDisposed = true;
    super.dispose();
    const connectedServers = [...this.#connectedServers.values()];
    this.#connectedServers.clear();
    this.#options.servers.setServers([]);
    for (const server of connectedServers) {
      server.dispose();
    }
  }

  /** Brings the monitors in line with the connections. Unchanged connections keep their monitors. */
  async #syncServers(states: readonly SignInState[]): Promise<void> {
    const { connections, storagePath } = this.#options;
    const signedIn = states.filter((state) => state.kind === 'signedIn');
    const removed = this.#removeOutdated(signedIn);
    this.#deleteUnusedSnapshots(states);
    const added = signedIn.filter(({ connection }) => !this.#connectedServers.has(connection.address));
    this.#updateRegistry(states);
    // Only now, so that views stop using a monitor before its end.
    for (const server of removed) {
      server.dispose();
    }
    const restored = await Promise.all(
      added.map(async (state) => ({
        state,
        snapshot: await readSnapshot(getSnapshotPath(storagePath, state.connection.address)),
      })),
    );
    if (restored.length > 0 && connections.states === states && !this.#isDisposed) {
      for (const { state, snapshot } of restored) {
        const server = new ConnectedServer(state, snapshot, this.#options);
        this.#connectedServers.set(state.connection.address, server);
      }
      this.#updateRegistry(states);
    }
  }

  /** Removes the servers without a connection that has their address and token version. */
  #removeOutdated(signedIn: readonly SignedInState[]): ConnectedServer[] {
    const outdated = [...this.#connectedServers].filter(
      ([address, { tokenVersion }]) =>
        !signedIn.some(
          (state) => state.connection.address === address && state.tokenVersion === tokenVersion,
        ),
    );
    return outdated.map(([address, server]) => {
      // Before the snapshots of removed connections are deleted.
      server.stopSaving();
      this.#connectedServers.delete(address);
      return server;
    });
  }

  /** Deletes the saved snapshots of servers that were removed or signed out. */
  #deleteUnusedSnapshots(states: readonly SignInState[]): void {
    const { connections, storagePath, onSaveError } = this.#options;
    const addresses = new Set(connections.entries.map(({ address }) => address));
    const removed = [...this.#knownAddresses].filter((address) => !addresses.has(address));
    const signedOut = states.flatMap((state) =>
      state.kind === 'signedOut' ? [state.connection.address] : [],
    );
    this.#knownAddresses = addresses;
    for (const address of [...removed, ...signedOut]) {
      try {
        deleteSnapshot(getSnapshotPath(storagePath, address));
      } catch (error) {
        onSaveError(error);
      }
    }
  }

  #updateRegistry(states: readonly SignInState[]): void {
    this.#options.servers.setServers(
      states.map((state) => {
        const monitor = this.#connectedServers.get(getConnectionAddress(state))?.monitor;
        if (monitor !== undefined && 'connection' in state) {
          monitor.updateConnection(state.connection);
        }
        return { state, monitor: state.kind === 'signedIn' ? monitor : undefined };
      }),
    );
  }
}
