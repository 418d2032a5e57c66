import { join } from 'node:path';
import type { FetchMetrics } from '../api/createMetricsFetch.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import type { ConnectionStore } from '../connections/ConnectionStore.ts';
import { orphanRetentionMs } from '../connections/KnownConnections.ts';
import type { MetricsStore } from '../connections/MetricsStore.ts';
import type { Connection, SignInState } from '../model/Connection.ts';
import type { MetricsSource } from '../model/deliveries/MetricsSource.ts';
import type { Clock } from '../shared/clock.ts';
import { FileLock, lockFolderName } from '../shared/FileLock.ts';
import { deleteOldFiles } from '../shared/files.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { snapshotsFolderName } from './hasSavedSnapshots.ts';
import { getQueuePath, QueueFile } from './QueueFile.ts';
import { ServerMonitor } from './ServerMonitor.ts';
import type { ServerRegistry } from './ServerRegistry.ts';
import type { Snapshot } from './Snapshot.ts';
import { deleteSnapshot, getSnapshotPath, readSnapshot } from './snapshotFile.ts';
import { SnapshotPersister } from './SnapshotPersister.ts';
import { WindowCounter } from './WindowCounter.ts';

export interface ServerManagerOptions {
  readonly connections: Pick<ConnectionStore, 'states' | 'retained' | 'onDidChange' | 'getToken'>;
  readonly servers: ServerRegistry;
  readonly createApiClient: (address: string, readToken: () => Promise<string>) => SequinApi;
  /**
   * The path of the extension's storage folder, which contains saved snapshots and queues, locks, and a file for each
   * window that polls.
   */
  readonly storagePath: string;
  /** The metrics URLs of the connections. */
  readonly metrics: Pick<MetricsStore, 'get' | 'onDidChange'>;
  readonly createMetricsFetch: (source: MetricsSource) => FetchMetrics;
  readonly clock: Clock;
  /** Returns the shortest polling interval in milliseconds; 0 turns automatic polling off. */
  readonly intervalMs: () => number;
  /** Returns whether the window has the focus. Called whenever a monitor is created. */
  readonly isFocused: () => boolean;
  /** Receives errors from saving or deleting a snapshot or a queue. */
  readonly onSaveError: (error: unknown) => void;
  /**
   * Receives errors in the handling of responses, which are defects of the extension. Each one also appears as an
   * `internal` failure in a snapshot.
   */
  readonly onInternalError?: (error: unknown) => void;
}

type SignedInState = Extract<SignInState, { kind: 'signedIn' }>;

/** The monitor of a signed-in server, with the persister of its snapshot. */
class ConnectedServer extends DisposableBase {
  readonly tokenVersion: number;
  readonly monitor: ServerMonitor;
  readonly #options: ServerManagerOptions;
  /** Undefined for sample data, which isn't saved. */
  readonly #persister: SnapshotPersister | undefined;
  /** The latest read of the metrics source. */
  #metricsRead: Promise<MetricsSource | undefined> | undefined;

  constructor(
    { connection, tokenVersion }: SignedInState,
    snapshot: Snapshot | undefined,
    options: ServerManagerOptions,
  ) {
    super();
    this.#options = options;
    const { connections, createApiClient, storagePath, clock, intervalMs, isFocused, onSaveError } = options;
    this.tokenVersion = tokenVersion;
    const lock = new FileLock(join(storagePath, lockFolderName), clock);
    const queueFile = new QueueFile(getQueuePath(storagePath, connection), lock, onSaveError);
    const windowCounter = this.register(
      new WindowCounter(join(storagePath, 'windows'), connection.address, clock),
    );
    this.monitor = this.register(
      new ServerMonitor({
        connection,
        api: createApiClient(connection.address, async () => (await connections.getToken(connection)) ?? ''),
        clock,
        intervalMs,
        snapshot,
        queueStorage: connection.isSample ? undefined : queueFile,
        countWindows: () => windowCounter.count(),
        onInternalError: options.onInternalError,
      }),
    );
    this.monitor.setFocused(isFocused());
    this.monitor.queue.start();
    void this.updateMetricsSource();
    if (!connection.isSample) {
      this.#persister = this.register(
        new SnapshotPersister(this.monitor, getSnapshotPath(storagePath, connection), clock, onSaveError),
      );
    }
  }

  /** Polls the metrics URL that the user set for the connection. Stops polling metrics if there is none. */
  async updateMetricsSource(): Promise<void> {
    const { metrics, createMetricsFetch } = this.#options;
    const read = (this.#metricsRead = metrics.get(this.monitor.connection));
    const source = await read;
    // If another read has started in the meantime, only the latest read counts.
    if (read === this.#metricsRead) {
      this.monitor.setMetricsSource(source && { url: source.url, fetch: createMetricsFetch(source) });
    }
  }

  /** Saves unsaved changes of the snapshot. Later changes of the snapshot and the queue aren't saved. */
  stopSaving(): void {
    this.monitor.queue.dispose();
    this.#persister?.dispose();
  }
}

/**
 * Creates a monitor for each signed-in server and disposes it on sign-out. The {@link ServerRegistry} lists the
 * monitors for the views but doesn't own them.
 */
export class ServerManager extends DisposableBase {
  readonly #options: ServerManagerOptions;
  /** By connection id. */
  readonly #connectedServers = new Map<string, ConnectedServer>();
  /**
   * The paths of the snapshots and queues that the latest deletion of unused files kept; undefined before the first
   * deletion.
   */
  #retainedPaths: ReadonlySet<string> | undefined;

  constructor(options: ServerManagerOptions) {
    super();
    this.#options = options;
    this.register(
      options.metrics.onDidChange((id) => {
        void this.#connectedServers.get(id)?.updateMetricsSource();
      }),
    );
  }

  /**
   * Creates the monitors of the connections, and keeps them in line with later changes. The connections must be loaded.
   */
  async start(): Promise<void> {
    const { connections } = this.#options;
    this.register(
      connections.onDidChange((states) => {
        void this.#syncServers(states);
      }),
    );
    await this.#syncServers(connections.states);
  }

  /** Sets whether the window has the focus, for all monitors. */
  setFocused(focused: boolean): void {
    for (const { monitor } of this.#connectedServers.values()) {
      monitor.setFocused(focused);
    }
  }

  /** Plans the next poll of each monitor again, after a change of the interval. */
  reschedule(): void {
    for (const { monitor } of this.#connectedServers.values()) {
      monitor.reschedule();
    }
  }

  override dispose(): void {
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
    this.#deleteUnusedFiles(states);
    const added = signedIn.filter(({ connection }) => !this.#connectedServers.has(connection.id));
    this.#updateRegistry(states);
    // The servers are disposed only now that the registry doesn't list their monitors, so that no view uses a disposed
    // monitor.
    for (const server of removed) {
      server.dispose();
    }
    const restored = await Promise.all(
      added.map(async (state) => ({
        state,
        snapshot: await readSnapshot(getSnapshotPath(storagePath, state.connection)),
      })),
    );
    if (restored.length > 0 && connections.states === states && !this.isDisposed) {
      for (const { state, snapshot } of restored) {
        const server = new ConnectedServer(state, snapshot, this.#options);
        this.#connectedServers.set(state.connection.id, server);
      }
      this.#updateRegistry(states);
    }
  }

  /** Removes the servers whose connection isn't signed in any more, or has another token version. */
  #removeOutdated(signedIn: readonly SignedInState[]): ConnectedServer[] {
    const tokenVersions = new Map(signedIn.map((state) => [state.connection.id, state.tokenVersion]));
    const outdated = [...this.#connectedServers].filter(
      ([id, { tokenVersion }]) => tokenVersions.get(id) !== tokenVersion,
    );
    return outdated.map(([id, server]) => {
      // This must happen before the files of removed connections are deleted, because a later save would create them
      // again.
      server.stopSaving();
      this.#connectedServers.delete(id);
      return server;
    });
  }

  /**
   * Deletes the saved snapshots and queues of connections that were removed, signed out or moved to another address.
   * The first call also deletes old files that earlier sessions left behind.
   */
  #deleteUnusedFiles(states: readonly SignInState[]): void {
    const { connections, storagePath, onSaveError, clock } = this.#options;
    const toPaths = (connection: Pick<Connection, 'id' | 'address'>): string[] => [
      getSnapshotPath(storagePath, connection),
      getQueuePath(storagePath, connection),
    ];
    const retainedPaths = new Set(connections.retained.flatMap(toPaths));
    if (this.#retainedPaths === undefined) {
      // Deletes old temporary files, and old files of connections that were removed while no window was open.
      const folder = join(storagePath, snapshotsFolderName);
      void deleteOldFiles(folder, clock.now() - orphanRetentionMs, retainedPaths);
    }
    const signedOut = states.flatMap((state) =>
      state.kind === 'signedOut' ? toPaths(state.connection) : [],
    );
    for (const path of new Set([...(this.#retainedPaths ?? []), ...signedOut])) {
      if (!retainedPaths.has(path)) {
        try {
          deleteSnapshot(path);
        } catch (error) {
          onSaveError(error);
        }
      }
    }
    this.#retainedPaths = retainedPaths;
  }

  #updateRegistry(states: readonly SignInState[]): void {
    this.#options.servers.setServers(
      states.map((state) => {
        const { kind, connection } = state;
        const monitor = kind === 'signedIn' ? this.#connectedServers.get(connection.id)?.monitor : undefined;
        monitor?.updateConnection(connection);
        return { state, monitor };
      }),
    );
  }
}
