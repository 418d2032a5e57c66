import type { Backfill } from '../model/Backfill.ts';
import type { Failure } from '../model/failure.ts';
import { isLoaded } from '../model/LoadState.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { deleteWhere } from '../shared/maps.ts';
import {
  type BackfillListRequest,
  backfillListTimeoutMs,
  getBackfillListLifetimesMs,
} from './backfillListPolicy.ts';
import { CostEstimate } from './CostEstimate.ts';
import type { MonitorContext } from './MonitorContext.ts';
import { Poller } from './Poller.ts';
import { keepsServerBusy } from './pollPolicy.ts';

interface PendingRequest {
  readonly controller: AbortController;
  /** All backfills of the sink; undefined after a failure. */
  readonly backfills: Promise<readonly Backfill[] | undefined>;
}

interface PlannedRequest {
  /** The delay from now, in milliseconds. */
  readonly delayMs: number;
  readonly send: () => Promise<unknown>;
}

interface LatestRequest extends BackfillListRequest {
  /** The monotonic time at which the request ended. */
  readonly endedAt: number;
  /** Estimates the cost of a request from the successful ones. */
  readonly cost: CostEstimate;
}

interface PlannedRefresh {
  /** The monotonic time of the refresh. */
  readonly dueAt: number;
  /** The fraction of the time for which regular refreshes of the list keep the server busy. */
  readonly serverFraction: number;
}

/**
 * Loads the backfill lists of sinks, and refreshes those in a view. A backfill list contains all backfills that its
 * sink ever had. The list of sinks contains only unfinished backfills, so it misses a backfill that starts and finishes
 * between two polls.
 */
export class BackfillLists extends DisposableBase {
  readonly #context: MonitorContext;
  readonly #onRequestEnded: () => void;
  /** By sink id. */
  readonly #pendingRequests = new Map<string, PendingRequest>();
  /** The latest request that has ended, by sink id. */
  readonly #latestRequests = new Map<string, LatestRequest>();
  readonly #poller: Poller;

  /** `onRequestEnded` is called after each request, because each request may change {@link serverFraction}. */
  constructor(context: MonitorContext, onRequestEnded: () => void) {
    super();
    this.#context = context;
    this.#onRequestEnded = onRequestEnded;
    this.#poller = this.register(
      new Poller({
        poll: () => {
          // Not awaited, so that a slow list doesn't delay the first load of another list.
          void this.#planNext()?.send();
        },
        plan: () => this.#planNext()?.delayMs,
        clock: context.clock,
      }),
    );
  }

  /** The number of pending requests, to check memory use. */
  get pendingCount(): number {
    return this.#pendingRequests.size;
  }

  /** The fraction of the time for which refreshing the lists in a view keeps the server busy, on average. */
  get serverFraction(): number {
    return [...this.#planRefreshes().values()].reduce((sum, refresh) => sum + refresh.serverFraction, 0);
  }

  /**
   * Loads or reloads a list, or joins the pending request. Returns all backfills of the sink; undefined after a
   * failure. The snapshot may leave out the oldest finished ones.
   */
  async load(sinkId: string): Promise<readonly Backfill[] | undefined> {
    const { store } = this.#context;
    if (store.snapshot.backfillListLoads.get(sinkId)?.loading !== true) {
      store.setBackfillListLoad(sinkId, { loading: true });
    }
    return this.refresh(sinkId);
  }

  /** Doubles the number of finished backfills that the snapshot keeps for a sink, and reloads the backfill list. */
  async loadOlder(sinkId: string): Promise<void> {
    this.#context.store.raiseBackfillLimit(sinkId);
    await this.load(sinkId);
  }

  /** Plans the next request again, after a change that may affect it. */
  reschedule(): void {
    this.#poller.reschedule();
  }

  /** Cancels the pending request for the list of a sink, if any. */
  cancel(sinkId: string): void {
    this.#pendingRequests.get(sinkId)?.controller.abort();
  }

  /**
   * Plans the next request for a list in a view. Lists that were never requested are loaded at once. The others are
   * refreshed one at a time when their lifetimes end, unless their latest request was cancelled.
   */
  #planNext(): PlannedRequest | undefined {
    const { store, clock, watchers, intervalMs } = this.#context;
    const { sinks, sinksLoad, backfillListLoads } = store.snapshot;
    const { shownSinkIds } = watchers;
    // Forgets removed sinks.
    deleteWhere(this.#latestRequests, (_, sinkId) => !backfillListLoads.has(sinkId));
    const mayExist = (sinkId: string): boolean => sinks.has(sinkId) || !isLoaded(sinksLoad);
    const unloadedId = [...shownSinkIds].find((id) => !backfillListLoads.has(id) && mayExist(id));
    if (unloadedId !== undefined) {
      return { delayMs: 0, send: () => this.load(unloadedId) };
    }
    if (intervalMs() === 0 || sinksLoad.failure !== undefined || this.#pendingRequests.size > 0) {
      return undefined;
    }
    const refreshes = this.#planRefreshes();
    const now = clock.monotonicNow();
    const [next] = [...backfillListLoads]
      .filter(([sinkId, { failure }]) => shownSinkIds.has(sinkId) && failure?.kind !== 'cancelled')
      .map(([sinkId]) => ({
        delayMs: Math.max(0, (refreshes.get(sinkId)?.dueAt ?? now) - now),
        send: () => this.refresh(sinkId),
      }))
      .sort((a, b) => a.delayMs - b.delayMs);
    return next;
  }

  /** Like {@link load}, requests a list or joins the pending request, but doesn't mark the list as loading. */
  async refresh(sinkId: string): Promise<readonly Backfill[] | undefined> {
    let request = this.#pendingRequests.get(sinkId);
    if (request === undefined) {
      const controller = new AbortController();
      request = { controller, backfills: this.#fetch(sinkId, controller.signal) };
      this.#pendingRequests.set(sinkId, request);
    }
    return request.backfills;
  }

  /** Plans the refreshes of the lists in a view that were requested before. Returns them by sink id. */
  #planRefreshes(): ReadonlyMap<string, PlannedRefresh> {
    const { watchers, intervalMs, countWindows } = this.#context;
    const { shownSinkIds } = watchers;
    const requests = [...this.#latestRequests].filter(([sinkId]) => shownSinkIds.has(sinkId));
    const lifetimesMs = getBackfillListLifetimesMs(
      requests.map(([, request]) => request),
      { intervalMs: intervalMs(), windowCount: countWindows() },
    );
    return new Map(
      requests.map(([sinkId, { endedAt, costMs }], index) => {
        const lifetimeMs = lifetimesMs[index] ?? 0;
        return [sinkId, { dueAt: endedAt + lifetimeMs, serverFraction: costMs / lifetimeMs }];
      }),
    );
  }

  async #fetch(sinkId: string, cancelSignal: AbortSignal): Promise<readonly Backfill[] | undefined> {
    const { api, store, clock, sender } = this.#context;
    const signal = AbortSignal.any([cancelSignal, this.#context.signal]);
    const order = store.startRequest();
    const startedAt = clock.monotonicNow();
    let backfills: readonly Backfill[] | undefined;
    const failure = await sender.catchFailure(async () => {
      const result = await sender.send(() =>
        api.listBackfills(sinkId, { signal, timeoutMs: backfillListTimeoutMs }),
      );
      this.#pendingRequests.delete(sinkId);
      this.#recordRequest(sinkId, startedAt, result.failure);
      if (result.failure === undefined) {
        const { items, skipped } = result.value;
        store.applyBackfillList(sinkId, items, clock.now(), order, skipped);
        backfills = items;
      }
      return result.failure;
    });
    if (failure !== undefined) {
      store.setBackfillListLoad(sinkId, { loading: false, failure });
    }
    this.#onRequestEnded();
    return backfills;
  }

  #recordRequest(sinkId: string, startedAt: number, failure: Failure | undefined): void {
    const endedAt = this.#context.clock.monotonicNow();
    const durationMs = endedAt - startedAt;
    const { cost } = this.#latestRequests.get(sinkId) ?? { cost: new CostEstimate() };
    if (failure !== undefined) {
      const costMs = keepsServerBusy(failure) ? Math.min(durationMs, backfillListTimeoutMs) : 0;
      this.#latestRequests.set(sinkId, { endedAt, cost, costMs, hasFailed: true });
      return;
    }
    // If a successful request took longer than its time limit, the machine slept during the request, so the duration
    // isn't its cost.
    if (durationMs <= backfillListTimeoutMs) {
      cost.add(durationMs);
    }
    this.#latestRequests.set(sinkId, { endedAt, cost, costMs: cost.usualMs ?? 0, hasFailed: false });
  }
}
