import pMap from 'p-map';
import type { Backfill } from '../model/Backfill.ts';
import { type Failure, isResourceNotFound } from '../model/failure.ts';
import { CostEstimate } from './CostEstimate.ts';
import type { MonitorContext } from './MonitorContext.ts';
import { affectsAllRequests, keepsServerBusy, maxConcurrentRequests } from './pollPolicy.ts';
import { findBackfill } from './Snapshot.ts';

/**
 * The time limit of each request in a batch, in milliseconds. It keeps a single slow request from delaying the progress
 * of the other backfills.
 */
const batchTimeoutMs = 8_000;

/** Fetches single backfills. If a backfill doesn't exist on the server, removes it from the snapshot. */
export class BackfillReader {
  readonly #context: MonitorContext;
  /** The ids of the backfills whose responses can't be read. */
  readonly #unreadableIds = new Set<string>();
  /** The cost of a request for one backfill. */
  readonly cost = new CostEstimate();

  constructor(context: MonitorContext) {
    this.#context = context;
  }

  /** The number of backfills that {@link isUnreadable} remembers, to check memory use. */
  get unreadableCount(): number {
    return this.#unreadableIds.size;
  }

  /** Whether the response for a backfill couldn't be read. Batches skip the backfill until {@link retryUnreadable}. */
  isUnreadable(backfillId: string): boolean {
    return this.#unreadableIds.has(backfillId);
  }

  /** Includes unreadable backfills in batches again. */
  retryUnreadable(): void {
    this.#unreadableIds.clear();
  }

  /** Forgets unreadable backfills that have finished or were removed. Each unfinished backfill has a progress track. */
  forgetRemoved(): void {
    for (const id of this.#unreadableIds) {
      if (!this.#context.store.snapshot.progressTracks.has(id)) {
        this.#unreadableIds.delete(id);
      }
    }
  }

  /** Fetches one backfill and returns the failure, if any. `timeoutMs` is the time limit in milliseconds. */
  async fetch(sinkId: string, backfillId: string, timeoutMs?: number): Promise<Failure | undefined> {
    const { api, store, clock, sender, signal } = this.#context;
    const order = store.startRequest();
    const startedAt = clock.monotonicNow();
    return sender.catchFailure(async () => {
      const result = await sender.send(() =>
        api.getBackfill(sinkId, backfillId, { signal, ...(timeoutMs !== undefined && { timeoutMs }) }),
      );
      if (keepsServerBusy(result.failure)) {
        this.cost.add(clock.monotonicNow() - startedAt);
      }
      if (result.failure === undefined) {
        store.applyBackfill(result.value, clock.now(), order);
      } else if (isResourceNotFound(result.failure)) {
        store.removeBackfill(sinkId, backfillId, clock.now());
      }
      return result.failure;
    });
  }

  /**
   * Fetches a batch of backfills, a few at a time. Skips those that are unreadable or have been removed. Returns the
   * failures, other than unreadable responses and backfills that don't exist. After a failure that affects all
   * requests, sends no further ones.
   */
  async fetchEach(backfills: readonly Backfill[]): Promise<Failure[]> {
    const failures: Failure[] = [];
    await pMap(
      backfills,
      async ({ sinkId, id }) => {
        if (
          this.isUnreadable(id) ||
          findBackfill(this.#context.store.snapshot, sinkId, id) === undefined ||
          failures.some(affectsAllRequests)
        ) {
          return;
        }
        const failure = await this.fetch(sinkId, id, batchTimeoutMs);
        // Invalid responses of other kinds come from intermediaries, such as proxies, and are temporary.
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
