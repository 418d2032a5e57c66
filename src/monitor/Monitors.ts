import { addressOf, type ConnectionState } from '../model/Connection.ts';
import { DisposableBase, Emitter, type Disposable } from '../shared/lifecycle.ts';
import type { Monitor } from './Monitor.ts';
import type { SnapshotChange } from './Snapshot.ts';

/** A server of the user's, and its monitor while the user is signed in to it. */
export interface Server {
  readonly state: ConnectionState;
  readonly monitor: Monitor | undefined;
}

/** The user's servers, and what changes at each of them. */
export class Monitors extends DisposableBase {
  #servers: readonly Server[] = [];
  readonly #subscriptions = new Map<Monitor, Disposable>();
  readonly #onDidSwitch = this.register(new Emitter<void>());
  readonly #onDidChange = this.register(
    new Emitter<{ readonly monitor: Monitor; readonly change: SnapshotChange }>(),
  );
  /** A server came, went, or is called otherwise; or it has another monitor, or none. */
  readonly onDidSwitch = this.#onDidSwitch.event;
  /** What a monitor knows changed. */
  readonly onDidChange = this.#onDidChange.event;

  /** By name. */
  get servers(): readonly Server[] {
    return this.#servers;
  }

  /** The monitors that there are, by the names of their servers. */
  get all(): readonly Monitor[] {
    return this.#servers.flatMap(({ monitor }) => monitor ?? []);
  }

  /** The monitor of the server at an address; undefined where the user is not signed in there. */
  of(address: string): Monitor | undefined {
    return this.server(address)?.monitor;
  }

  /** The server at an address. */
  server(address: string): Server | undefined {
    return this.#servers.find(({ state }) => addressOf(state) === address);
  }

  /** Takes the place of the servers before. Monitors are owned here: those that are in no server now end. */
  set(servers: readonly Server[]): void {
    this.#servers = servers;
    const kept = new Set(this.all);
    for (const [monitor, subscription] of this.#subscriptions) {
      if (!kept.has(monitor)) {
        subscription.dispose();
        monitor.dispose();
        this.#subscriptions.delete(monitor);
      }
    }
    for (const monitor of kept) {
      if (!this.#subscriptions.has(monitor)) {
        this.#subscriptions.set(
          monitor,
          monitor.onDidChange((change) => {
            this.#onDidChange.fire({ monitor, change });
          }),
        );
      }
    }
    this.#onDidSwitch.fire();
  }

  override dispose(): void {
    this.set([]);
    super.dispose();
  }
}
