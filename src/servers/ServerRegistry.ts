import type { Connection, SignInState } from '../model/Connection.ts';
import type { BackfillQueue } from '../model/queue/BackfillQueue.ts';
import { type Disposable, DisposableBase, DisposableStore, Emitter } from '../shared/lifecycle.ts';
import type { ServerMonitor } from './ServerMonitor.ts';
import type { SnapshotChange } from './Snapshot.ts';
import type { WriteEvent } from './WriteSender.ts';

/** A connection of the user. Has a monitor while the user is signed in, after the saved snapshot was read. */
export interface Server {
  readonly state: SignInState;
  readonly monitor: ServerMonitor | undefined;
}

/** The user's servers, with one event for changes of all their snapshots. */
export class ServerRegistry extends DisposableBase {
  #servers: readonly Server[] = [];
  #serversById: ReadonlyMap<string, Server> = new Map();
  readonly #subscriptions = new Map<ServerMonitor, Disposable>();
  readonly #onDidChangeServers = this.register(new Emitter<void>());
  readonly #onDidChangeSnapshot = this.register(
    new Emitter<{ readonly monitor: ServerMonitor; readonly change: SnapshotChange }>(),
  );
  readonly #onDidChangeWrite = this.register(
    new Emitter<{ readonly monitor: ServerMonitor; readonly event: WriteEvent }>(),
  );
  readonly #onDidEndQueue = this.register(
    new Emitter<{ readonly monitor: ServerMonitor; readonly queue: BackfillQueue }>(),
  );
  /** Fires when a write of this window begins or fails. */
  readonly onDidChangeWrite = this.#onDidChangeWrite.event;
  /** Fires in one window when the last backfill of a queue has finished. */
  readonly onDidEndQueue = this.#onDidEndQueue.event;
  /** Fires when a server is added, removed or renamed, or when its monitor changes. */
  readonly onDidChangeServers = this.#onDidChangeServers.event;
  /** Fires when a monitor's snapshot changes. */
  readonly onDidChangeSnapshot = this.#onDidChangeSnapshot.event;

  /** All servers, in the order of {@link setServers}. */
  get all(): readonly Server[] {
    return this.#servers;
  }

  /** The monitors of all signed-in servers, in the same order. */
  get monitors(): readonly ServerMonitor[] {
    return this.#servers.flatMap(({ monitor }) => monitor ?? []);
  }

  /** Returns the monitor of a connection, by its id; undefined if there is no connection or no monitor. */
  getMonitor(connectionId: string): ServerMonitor | undefined {
    return this.getServer(connectionId)?.monitor;
  }

  /** Returns the current monitor of a connection, unless it was moved to another address. */
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
    const currentMonitors = new Set(this.monitors);
    for (const [monitor, subscription] of this.#subscriptions) {
      if (!currentMonitors.has(monitor)) {
        subscription.dispose();
        this.#subscriptions.delete(monitor);
      }
    }
    for (const monitor of currentMonitors) {
      if (!this.#subscriptions.has(monitor)) {
        const snapshotChanges = monitor.onDidChange((change) => {
          this.#onDidChangeSnapshot.fire({ monitor, change });
        });
        const writeEvents = monitor.onDidChangeWrite((event) => {
          this.#onDidChangeWrite.fire({ monitor, event });
        });
        const queueEnds = monitor.queue.onDidEnd((queue) => {
          this.#onDidEndQueue.fire({ monitor, queue });
        });
        this.#subscriptions.set(monitor, new DisposableStore([snapshotChanges, writeEvents, queueEnds]));
      }
    }
    this.#onDidChangeServers.fire();
  }

  override dispose(): void {
    this.setServers([]);
    super.dispose();
  }
}
