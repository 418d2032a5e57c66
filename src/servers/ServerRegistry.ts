import { connectionAddressOf, type SignInState } from '../model/Connection.ts';
import { DisposableBase, Emitter, type Disposable } from '../shared/lifecycle.ts';
import type { ServerMonitor } from './ServerMonitor.ts';
import type { SnapshotChange } from './Snapshot.ts';

/** A server of the user's, and its monitor while the user is signed in to it. */
export interface Server {
  readonly state: SignInState;
  readonly monitor: ServerMonitor | undefined;
}

/** The user's servers, and what changes at each of them. */
export class ServerRegistry extends DisposableBase {
  #servers: readonly Server[] = [];
  readonly #subscriptions = new Map<ServerMonitor, Disposable>();
  readonly #onDidChangeServers = this.register(new Emitter<void>());
  readonly #onDidChangeSnapshot = this.register(
    new Emitter<{ readonly monitor: ServerMonitor; readonly change: SnapshotChange }>(),
  );
  /** A server came, went, or is called otherwise; or it has another monitor, or none. */
  readonly onDidChangeServers = this.#onDidChangeServers.event;
  /** What a monitor knows changed. */
  readonly onDidChangeSnapshot = this.#onDidChangeSnapshot.event;

  /** By name. */
  get all(): readonly Server[] {
    return this.#servers;
  }

  /** The monitors that there are, by the names of their servers. */
  get monitors(): readonly ServerMonitor[] {
    return this.#servers.flatMap(({ monitor }) => monitor ?? []);
  }

  /** The monitor of the server at an address; undefined where the user is not signed in there. */
  getMonitor(address: string): ServerMonitor | undefined {
    return this.getServer(address)?.monitor;
  }

  /** The server at an address. */
  getServer(address: string): Server | undefined {
    return this.#servers.find(({ state }) => connectionAddressOf(state) === address);
  }

  /** Takes the place of the servers before. Monitors are owned here: those that are in no server now end. */
  setServers(servers: readonly Server[]): void {
    this.#servers = servers;
    const currentMonitors = new Set(this.monitors);
    for (const [monitor, subscription] of this.#subscriptions) {
      if (!currentMonitors.has(monitor)) {
        subscription.dispose();
        monitor.dispose();
        this.#subscriptions.delete(monitor);
      }
    }
    for (const monitor of currentMonitors) {
      if (!this.#subscriptions.has(monitor)) {
        this.#subscriptions.set(
          monitor,
          monitor.onDidChange((change) => {
            this.#onDidChangeSnapshot.fire({ monitor, change });
          }),
        );
      }
    }
    this.#onDidChangeServers.fire();
  }

  override dispose(): void {
    this.setServers([]);
    super.dispose();
  }
}
