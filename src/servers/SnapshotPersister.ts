import type { Clock } from '../shared/clock.ts';
import { DisposableBase, MutableDisposable } from '../shared/lifecycle.ts';
import type { ServerMonitor } from './ServerMonitor.ts';
import { isLoaded } from './Snapshot.ts';
import { writeSnapshot } from './snapshotFile.ts';

const saveDelayMs = 30_000;

/** Saves a monitor's latest snapshot to disk, so that the next window can show data before the first response. */
export class SnapshotPersister extends DisposableBase {
  readonly #monitor: ServerMonitor;
  readonly #path: string;
  readonly #onError: (error: unknown) => void;
  readonly #timer = this.register(new MutableDisposable());

  /** `onError` receives errors from writing the file. */
  constructor(monitor: ServerMonitor, path: string, clock: Clock, onError: (error: unknown) => void) {
    super();
    this.#monitor = monitor;
    this.#path = path;
    this.#onError = onError;
    this.register(
      monitor.onDidChange(() => {
        this.#timer.value ??= clock.schedule(saveDelayMs, () => {
          this.#save();
        });
      }),
    );
  }

  override dispose(): void {
    if (this.#timer.value !== undefined) {
      this.#save();
    }
    super.dispose();
  }

  #save(): void {
    this.#timer.value = undefined;
    if (!isLoaded(this.#monitor.snapshot.sinksLoad)) {
      // Nothing is newer than the file, which another window may have written in the meantime.
      return;
    }
    try {
      writeSnapshot(this.#path, this.#monitor.snapshot);
    } catch (error) {
      this.#onError(error);
    }
  }
}
