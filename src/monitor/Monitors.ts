import { DisposableBase, Emitter, type Disposable } from '../shared/lifecycle.ts';
import type { Monitor } from './Monitor.ts';
import type { SnapshotChange } from './Snapshot.ts';

/** The monitors of the servers that the user is connected to: for now, of at most one. */
export class Monitors extends DisposableBase {
  #current: Monitor | undefined;
  #subscription: Disposable | undefined;
  readonly #onDidSwitch = this.register(new Emitter<Monitor | undefined>());
  readonly #onDidChange = this.register(new Emitter<SnapshotChange>());
  /** Another monitor, or none, took the place of the current one. */
  readonly onDidSwitch = this.#onDidSwitch.event;
  /** What the current monitor knows changed. */
  readonly onDidChange = this.#onDidChange.event;

  get current(): Monitor | undefined {
    return this.#current;
  }

  /** Ends the current monitor and takes the next; it is owned here from now on. */
  switchTo(monitor: Monitor | undefined): void {
    this.#subscription?.dispose();
    this.#current?.dispose();
    this.#current = monitor;
    this.#subscription = monitor?.onDidChange((change) => {
      this.#onDidChange.fire(change);
    });
    this.#onDidSwitch.fire(monitor);
  }

  override dispose(): void {
    this.#subscription?.dispose();
    this.#current?.dispose();
    super.dispose();
  }
}
