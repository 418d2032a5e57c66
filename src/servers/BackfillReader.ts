import pMap from 'p-map';
import type { SequinApi } from '../api/SequinApi.ts';
import type { Backfill } from '../model/Backfill.ts';
import { isResourceNotFound, type Failure } from '../model/failure.ts';
import type { Clock } from '../shared/clock.ts';
import { CostEstimate } from './CostEstimate.ts';
import { concernsAllRequests, maxConcurrentRequests } from './pollPolicy.ts';
import type { RequestSender } from './RequestSender.ts';
import { findBackfill } from './Snapshot.ts';
import type { SnapshotStore } from './SnapshotStore.ts';

/** Ends a single slow request soon, so that it doesn't delay the progress of the other backfills. */
const batchTimeoutMs = 8_000;

interface BackfillReaderOptions {
  readonly api: SequinApi;
  readonly store: SnapshotStore;
  readonly clock: Clock;
  readonly sender: RequestSender;
  /** Aborts all requests. */
  readonly signal: AbortSignal;
}

/** Fetches single backfills. Removes one that doesn't exist on the server. */
export class BackfillReader {
  readonly #options: BackfillReaderOptions;
  /** Backfills with an unreadable response. */
  readonly #unreadableIds = new Set<string>();
  readonly cost = new CostEstimate();

  constructor(options: BackfillReaderOptions) {
    this.#options = options;
  }

  /** The number of backfills that {@link isUnreadable} remembers. */
  get unreadableCount(): number {
    return this.#unreadableIds.size;
  }

  /** Whether the response for a backfill wasn't valid. It isn't fetched again in a batch before {@link retryUnreadable}. */
  isUnreadable(backfillId: string): boolean {
    return this.#unreadableIds.has(backfillId);
  }

  retryUnreadable(): void {
    this.#unreadableIds.clear();
  }

  /** Forgets unreadable backfills that were removed. Only unfinished ones, which have progress, can be unreadable. */
  forgetRemoved(): void {
    for (const id of this.#unreadableIds) {
      if (!this.#options.store.snapshot.progressTracks.has(id)) {
        this.#unreadableIds.delete(id);
      }
    }
  }

  /** Fetches one backfill and returns the failure, if any. */
  async fetch(sinkId: string, backfillId: string, timeoutMs?: number): Promise<Failure | undefined> {
    const { api, store, clock, sender, signal } = this.#options;
    const order = store.startRequest();
    const startedAt = clock.now();
    return sender.catchDefect(async () => {
      const result = await sender.send(() =>
        api.getBackfill(sinkId, backfillId, { signal, ...(timeoutMs !== undefined && { timeoutMs }) }),
      );
      this.cost.add(clock.now() - startedAt);
      if (result.failure === undefined) {
        store.applyBackfill(result.value, clock.now(), order);
      } else if (isResourceNotFound(result.failure)) {
        store.removeBackfill(sinkId, backfillId, clock.now());
      }
      return result.failure;
    });
  }

  /** Fetches backfills, unless they are unreadable or were removed in the meantime. Returns the failures. */
  async fetchEach(backfills: readonly Backfill[]): Promise<Failure[]> {
    const failures: Failure[] = [];
    await pMap(
      backfills,
      async ({ sinkId, id }) => {
        if (
          this.isUnreadable(id) ||
          findBackfill(this.#options.store.snapshot, sinkId, id) === undefined ||
          failures.some(concernsAllRequests)
        ) {
          return;
        }
        const failure = await this.fetch(sinkId, id, batchTimeoutMs);
        // Other invalid responses come from intermediaries such as proxies, and are temporary.
        if (failure?.kind === 'invalidResponse' && failure.reason === 'shape') {
          this.#unreadableIds.add(id);
        } else if (failure !== undefined && !isResourceNotFound(failure)) {
          failures.push(failure);
        }
      },
      { concurrency: maxConcurrentRequests },
    );
    return failures;
  }
}
