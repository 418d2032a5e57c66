import type { Connection, SignInState } from '../model/Connection.ts';
import { DisposableBase, DisposableStore, Emitter, MutableDisposable } from '../shared/lifecycle.ts';
import type { ServerMonitor } from './ServerMonitor.ts';
import type { SnapshotChange } from './Snapshot.ts';

/** A connection of the user. It has a monitor while the user is signed in, once the saved snapshot has been read. */
export interface Server {
  readonly state: SignInState;
  readonly monitor: ServerMonitor | undefined;
}

/** The user's servers, with one event for changes of all their snapshots. */
export class ServerRegistry extends DisposableBase {
  #servers: readonly Server[] = [];
  #serversById: ReadonlyMap<string, Server> = new Map();
  readonly #subscriptions = this.register(new MutableDisposable());
  readonly #onDidChangeServers = this.register(new Emitter<void>());
  readonly #onDidChangeSnapshot = this.register(
    new Emitter<{ readonly monitor: ServerMonitor; readonly change: SnapshotChange }>(),
  );
  /** Fires when a server is added, removed or renamed, or when its monitor changes. */
  readonly onDidChangeServers = this.#onDidChangeServers.event;
  /** Fires when a monitor's snapshot changes. */
  readonly onDidChangeSnapshot = this.#onDidChangeSnapshot.event;

  /** All servers, in the order that was passed to {@link setServers}. */
  get all(): readonly Server[] {
    return this.#servers;
  }

  /** The monitors of all signed-in servers, in the order of {@link all}. */
  get monitors(): readonly ServerMonitor[] {
    return this.#servers.flatMap(({ monitor }) => monitor ?? []);
  }

  /** Returns the monitor of a connection, by its id; undefined if there is no connection or no monitor. */
  getMonitor(connectionId: string): ServerMonitor | undefined {
    return this.getServer(connectionId)?.monitor;
  }

  /** Returns the current monitor of a connection, unless the connection was moved to another address. */
  findMonitor({ id, address }: Pick<Connection, 'id' | 'address'>): ServerMonitor | undefined {
    const monitor = this.getMonitor(id);
    return monitor?.connection.address === address ? monitor : undefined;
  }

  /** Returns a server by the id of its connection. */
  getServer(connectionId: string): Server | undefined {
    return this.#serversById.get(connectionId);
  }

  /** Replaces all servers. The caller disposes the monitors that are no longer included. */
  setServers(servers: readonly Server[]): void {
    this.#servers = servers;
    this.#serversById = new Map(servers.map((server) => [server.state.connection.id, server]));
    this.#subscriptions.value = new DisposableStore(
      this.monitors.map((monitor) =>
        monitor.onDidChange((change) => {
          this.#onDidChangeSnapshot.fire({ monitor, change });
        }),
      ),
    );
    this.#onDidChangeServers.fire();
  }

  override dispose(): void {
    this.setServers([]);
    super.dispose();
  }
}
