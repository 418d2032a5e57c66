import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import { type Failure, isResourceNotFound } from '../model/failure.ts';
import { isLoaded } from '../model/LoadState.ts';
import {
  addToQueue,
  type BackfillQueue,
  type FindBackfill,
  getItemState,
  hasQueueEnded,
  moveUpInQueue,
  observeQueue,
  planResumes,
  type QueueItem,
  recordRejection,
  removeFromQueue,
  restoreQueue,
  resumeTimeoutMs,
  updateItems,
} from '../model/queue/BackfillQueue.ts';
import type { Clock } from '../shared/clock.ts';
import { type Disposable, DisposableBase, Emitter, MutableDisposable } from '../shared/lifecycle.ts';
import { findBackfill, type Snapshot } from './Snapshot.ts';
import type { SnapshotStore } from './SnapshotStore.ts';
import { affectsAllWrites } from './writeMany.ts';
import type { WriteOutcome } from './WriteSender.ts';

/** The shortest time between two requests for the same backfill that isn't in the snapshot, in milliseconds. */
const minFetchIntervalMs = 60_000;

/** Where a queue is saved, and the locks for resuming its backfills. All windows share the queue and the locks. */
export interface QueueStorage {
  read(): BackfillQueue | undefined;
  write(queue: BackfillQueue | undefined): void;
  /**
   * Acquires the lock for a key, and returns whether that succeeded. Returns false if a window that acquired the lock
   * after `expiryThreshold`, in milliseconds since the epoch, still holds it. Older locks have expired.
   */
  tryAcquire(key: string, expiryThreshold: number): boolean;
  release(key: string): void;
}

interface QueueRunnerContext {
  readonly store: SnapshotStore;
  readonly clock: Clock;
  /** Undefined: the queue is kept in memory, and no other window uses it. */
  readonly storage: QueueStorage | undefined;
  readonly resume: (backfill: Backfill) => Promise<WriteOutcome | undefined>;
  readonly fetch: (sinkId: string, backfillId: string) => Promise<Failure | undefined>;
  /** Polls in the background until the result is disposed. */
  readonly watch: () => Disposable;
}

/**
 * Runs the queue of a connection: resumes waiting backfills as running ones finish. Every window with the connection
 * follows the saved queue and the states of its backfills. A lock for each resume ensures that only one window sends
 * the request. The snapshot contains the queue.
 */
export class QueueRunner extends DisposableBase {
  readonly #context: QueueRunnerContext;
  readonly #onDidEnd = this.register(new Emitter<BackfillQueue>());
  /** The monotonic times at which backfills that the snapshot doesn't contain were last fetched, by id. */
  readonly #fetchTimes = new Map<string, number>();
  /** Keeps polling in the background while there is a queue. */
  readonly #backgroundWatch = this.register(new MutableDisposable());
  /** The queue as this window last read or saved it. */
  #lastQueue: BackfillQueue | undefined;
  /**
   * The request order (see {@link SnapshotStore.startRequest}) when this window last noticed a change of the queue by
   * another window.
   */
  #externalChangeOrder = 0;
  /**
   * Fires when nothing is left to do in the queue (see {@link hasQueueEnded}), only in the window that deletes the
   * saved queue. Doesn't fire if the queue was stopped or has become empty.
   */
  readonly onDidEnd = this.#onDidEnd.event;

  constructor(context: QueueRunnerContext) {
    super();
    this.#context = context;
    this.register(
      context.store.onDidChange(() => {
        this.#run();
      }),
    );
  }

  /** Starts to run the saved queue by putting it into the snapshot. */
  start(): void {
    this.#context.store.setQueue(this.#read());
  }

  /** Adds unfinished backfills to the end of the queue, and sets the number of backfills that run at a time. */
  add(backfills: readonly Backfill[], limit: number): void {
    this.#change((queue) => addToQueue(queue, backfills, limit));
  }

  /** Moves waiting backfills up by one place. */
  moveUp(backfillIds: readonly string[]): void {
    this.#change((queue) => queue && moveUpInQueue(queue, new Set(backfillIds)));
  }

  /** Removes backfills from the queue. Their states on the server don't change. */
  remove(backfillIds: readonly string[]): void {
    this.#change((queue) => queue && removeFromQueue(queue, new Set(backfillIds)));
  }

  /**
   * Sets whether waiting backfills are being canceled. While a backfill is being canceled, it isn't resumed, and the
   * queue doesn't end.
   */
  setCanceling(backfillIds: readonly string[], isCanceling: boolean): void {
    const cancelingSince = isCanceling ? this.#context.clock.now() : null;
    this.#change((queue) => queue && updateItems(queue, backfillIds, { cancelingSince }));
  }

  /** Removes the queue. Running backfills continue, and waiting ones stay paused. */
  stop(): void {
    this.#change(() => undefined);
  }

  /** Continues a queue that was stopped. */
  restore(stopped: BackfillQueue): void {
    this.#change((queue) => restoreQueue(queue, stopped));
  }

  /** Changes the saved queue, unless the connection was removed or signed out in the meantime. */
  #change(change: (queue: BackfillQueue | undefined) => BackfillQueue | undefined): void {
    if (!this.isDisposed) {
      this.#save(change(this.#read()));
      this.#context.store.setQueue(this.#read());
    }
  }

  /** Reads the saved queue, and remembers when another window has changed it. */
  #read(): BackfillQueue | undefined {
    const { storage, store } = this.#context;
    const queue = storage === undefined ? this.#lastQueue : storage.read();
    if (queue !== this.#lastQueue) {
      this.#lastQueue = queue;
      this.#externalChangeOrder = store.startRequest();
    }
    return queue;
  }

  #save(queue: BackfillQueue | undefined): void {
    const { storage } = this.#context;
    if (queue !== this.#read()) {
      storage?.write(queue);
      this.#lastQueue = storage === undefined ? queue : storage.read();
    }
  }

  /**
   * Whether the latest list of sinks was requested after the latest change of the queue by another window. A list that
   * was requested before that window resumed a backfill still contains the backfill as paused.
   */
  get #isSinkListCurrent(): boolean {
    const { snapshot, lastListOrder } = this.#context.store;
    const { sinksLoad } = snapshot;
    return (
      isLoaded(sinksLoad) && sinksLoad.failure === undefined && lastListOrder > this.#externalChangeOrder
    );
  }

  /**
   * Brings the queue in line with the snapshot, and performs the next steps. Each step changes the snapshot, and the
   * change calls this method again, but only after the current call has returned.
   */
  #run(): void {
    const { store, clock, watch } = this.#context;
    const saved = this.#read();
    if (saved === undefined) {
      this.#backgroundWatch.value = undefined;
      this.#fetchTimes.clear();
    } else {
      this.#backgroundWatch.value ??= watch();
    }
    if (saved !== undefined && this.#isSinkListCurrent) {
      const find = createBackfillFinder(store.snapshot);
      const observed = observeQueue(saved, find);
      const hasEnded = hasQueueEnded(observed, find, clock.now());
      // The ends of backfills that are being canceled are saved later. Otherwise, canceling many backfills would write
      // the whole file for each of them.
      const canSaveLater = observed.items.every(
        (item, index) => item === saved.items[index] || item.cancelingSince !== null,
      );
      if (hasEnded || !canSaveLater) {
        this.#save(hasEnded ? undefined : observed);
      }
      if (!hasEnded) {
        this.#performSteps(observed, find);
      } else if (observed.items.length > 0) {
        this.#onDidEnd.fire(observed);
      }
    }
    store.setQueue(this.#read());
  }

  #performSteps(queue: BackfillQueue, find: FindBackfill): void {
    const now = this.#context.clock.now();
    for (const item of queue.items) {
      if (getItemState(item, find(item), now) === 'unknown') {
        void this.#fetch(item);
      }
    }
    for (const item of planResumes(queue, find, now)) {
      const backfill = find(item);
      const key = `queue ${item.backfillId} ${item.resumedAt ?? 0}`;
      if (backfill !== undefined && this.#context.storage?.tryAcquire(key, now - resumeTimeoutMs) !== false) {
        void this.#resume(item, backfill, key);
      }
    }
  }

  /** Fetches a backfill that isn't in the snapshot, because it finished before the window opened, or was deleted. */
  async #fetch({ sinkId, backfillId }: QueueItem): Promise<void> {
    const now = this.#context.clock.monotonicNow();
    const fetchedAt = this.#fetchTimes.get(backfillId);
    const wasFetchedRecently = fetchedAt !== undefined && now - fetchedAt < minFetchIntervalMs;
    if (wasFetchedRecently || findBackfill(this.#context.store.snapshot, sinkId, backfillId) !== undefined) {
      return;
    }
    this.#fetchTimes.set(backfillId, now);
    const failure = await this.#context.fetch(sinkId, backfillId);
    if (failure !== undefined && isResourceNotFound(failure)) {
      this.#change((queue) => queue && updateItems(queue, [backfillId], { phase: 'removed' }));
    }
  }

  async #resume(item: QueueItem, backfill: Backfill, key: string): Promise<void> {
    const { storage, clock, resume } = this.#context;
    const queue = this.#read();
    // Saved before the request is sent, so that other windows count this backfill as resuming and don't resume the next
    // one in its place.
    this.#save(queue && updateItems(queue, [item.backfillId], { resumedAt: clock.now() }));
    const outcome = await resume(backfill);
    storage?.release(key);
    if (outcome?.kind === 'failed' && !affectsAllWrites(outcome.failure)) {
      this.#change((queue) => queue && recordRejection(queue, item));
    }
  }
}

/**
 * Creates a function that finds backfills whose current state is known. If a known unfinished backfill isn't in the
 * latest list of sinks, its state is unknown: it has finished, but its final state isn't fetched yet.
 */
function createBackfillFinder(snapshot: Snapshot): FindBackfill {
  const { loadedAt = 0 } = snapshot.sinksLoad;
  return ({ sinkId, backfillId }) => {
    const backfill = findBackfill(snapshot, sinkId, backfillId);
    const isListed = (snapshot.receiptTimes.get(backfillId) ?? 0) >= loadedAt;
    return backfill !== undefined && (isListed || !isUnfinished(backfill)) ? backfill : undefined;
  };
}
