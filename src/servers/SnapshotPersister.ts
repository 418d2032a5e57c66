import { isLoaded } from '../model/LoadState.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, MutableDisposable } from '../shared/lifecycle.ts';
import { haveSameValues } from '../shared/maps.ts';
import type { ServerMonitor } from './ServerMonitor.ts';
import type { Snapshot } from './Snapshot.ts';
import { readLoadedAt, writeSnapshot } from './snapshotFile.ts';

const saveDelayMs = 30_000;

/** Saves a monitor's latest snapshot to disk, so that the next window can show data before the first response. */
export class SnapshotPersister extends DisposableBase {
  readonly #monitor: ServerMonitor;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #timer = this.register(new MutableDisposable());
  /** The snapshot that was saved last; at first, the snapshot of the last session. */
  #savedSnapshot: Snapshot;

  /** `onError` receives errors from writing the file. */
  constructor(monitor: ServerMonitor, path: string, clock: Clock, onError: (error: unknown) => void) {
    super();
    this.#monitor = monitor;
    this.#path = path;
    this.#clock = clock;
    this.#onError = onError;
    this.#savedSnapshot = monitor.snapshot;
    this.register(
      monitor.onDidChange(() => {
        this.#timer.value ??= clock.schedule(saveDelayMs, () => {
          this.#timer.value = undefined;
          if (this.#hasNewData) {
            this.#save();
          }
        });
      }),
    );
  }

  /** Saves the snapshot if it has new data, or if only times have changed and no other window has saved later ones. */
  override dispose(): void {
    if (!this.isDisposed && (this.#hasNewData || this.#hasNewTimes)) {
      this.#save();
    }
    super.dispose();
  }

  /** Whether the snapshot differs from the saved one in more than the times of requests and observations. */
  get #hasNewData(): boolean {
    const saved = this.#savedSnapshot;
    const current = this.#monitor.snapshot;
    return !(
      comparedMaps.every((key) => haveSameValues<string, unknown>(saved[key], current[key])) &&
      saved.unreportedEnds === current.unreportedEnds &&
      describeDeliveries(saved) === describeDeliveries(current)
    );
  }

  /**
   * Whether times have changed and aren't older than those in the file, which another window may have written. If the
   * times in the file are in the future, they don't count, because the clock has been set back since then.
   */
  get #hasNewTimes(): boolean {
    const { snapshot } = this.#monitor;
    if (snapshot === this.#savedSnapshot) {
      return false;
    }
    const savedAt = readLoadedAt(this.#path);
    return savedAt > this.#clock.now() || (snapshot.sinksLoad.loadedAt ?? 0) >= savedAt;
  }

  #save(): void {
    const { snapshot } = this.#monitor;
    if (!isLoaded(snapshot.sinksLoad)) {
      // This window has loaded no sinks, so its data isn't newer than the file.
      return;
    }
    try {
      writeSnapshot(this.#path, snapshot);
      this.#savedSnapshot = snapshot;
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** The saved maps that change only with their data. Progress tracks and histories also change with each observation. */
const comparedMaps = ['sinks', 'backfills', 'deliveryFailures', 'databases', 'connectionTests'] as const;

/** Describes the source of the metrics and the deliveries of each backfill, for comparison. */
function describeDeliveries({ metrics }: Snapshot): string {
  const ofBackfills = [...(metrics?.deliveries.ofBackfills ?? [])];
  return JSON.stringify([
    metrics?.url,
    ofBackfills.map(([id, { delivered, failed, isFinal }]) => [id, delivered, failed, isFinal]),
  ]);
}
