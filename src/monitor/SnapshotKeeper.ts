import type { Clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import type { Monitor } from './Monitor.ts';
import { writeSnapshot } from './snapshotFile.ts';

const restMs = 30_000;

/** Keeps a monitor's latest snapshot on disk, so that a window that is opened again can paint at once. */
export class SnapshotKeeper extends DisposableBase {
  readonly #monitor: Monitor;
  readonly #path: string;
  readonly #onProblem: (problem: unknown) => void;
  #timer: Disposable | undefined;

  /** `onProblem` is told when the file cannot be written; nothing else suffers from that. */
  constructor(monitor: Monitor, path: string, clock: Clock, onProblem: (problem: unknown) => void) {
    super();
    this.#monitor = monitor;
    this.#path = path;
    this.#onProblem = onProblem;
    this.register(
      monitor.onDidChange(() => {
        this.#timer ??= clock.after(restMs, () => {
          this.#write();
        });
      }),
    );
  }

  override dispose(): void {
    super.dispose();
    if (this.#timer !== undefined) {
      this.#write();
    }
  }

  #write(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#monitor.snapshot.sinksLoad.kept === true) {
      return;
    }
    try {
      writeSnapshot(this.#path, this.#monitor.snapshot);
    } catch (problem) {
      this.#onProblem(problem);
    }
  }
}
