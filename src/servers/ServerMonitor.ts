import pMap from 'p-map';
import { toFailure, isResourceNotFound, type Failure } from '../model/failure.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import type { Backfill } from '../model/Backfill.ts';
import type { BackfillChange } from '../model/backfillChanges.ts';
import type { Connection } from '../model/Connection.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { planNextPoll, type PollPriority, type NextPoll } from './pollPolicy.ts';
import { Poller, type WatchKind } from './Poller.ts';
import { findBackfill, type Snapshot } from './Snapshot.ts';
import { SnapshotStore } from './SnapshotStore.ts';
import { BackfillWriter, type WriteOutcome } from './BackfillWriter.ts';

/** How many small requests may be under way at once. */
const maxConcurrentRequests = 4;

/** 18 sinks took a server 27 s while its Redis was down (recordings n01 to n08). */
const maxListTimeoutMs = 60_000;
const minListTimeoutMs = 20_000;

type RequestResult<T> = { readonly value: T; readonly failure: undefined } | { readonly failure: Failure };

export interface ServerMonitorOptions {
  readonly connection: Connection;
  readonly api: SequinApi;
  readonly clock: Clock;
  /** The fast pace in milliseconds, asked for each time; 0: by hand only. */
  readonly intervalMs: () => number;
  /** What was known at the end of the last session. */
  readonly snapshot?: Snapshot | undefined;
  /** 0 to 1, for the jitter. */
  readonly random?: () => number;
}

/**
 * Keeps what is known of one server in step with it, for as little as it can be asked: the list of sinks
 * tells every open backfill, a history is fetched once when somebody looks at it, and a backfill that
 * left the list is asked for once, to learn how it ended. Of a server that is too old to tell what is open,
 * what is known to be is asked for in the same way, one by one, at each turn. What fails is told in the
 * snapshot's loads; only a defect of ours is thrown.
 */
export class ServerMonitor extends DisposableBase {
  /** Its name and label may change while it lasts; its address never does. */
  connection: Connection;
  readonly #api: SequinApi;
  readonly #clock: Clock;
  readonly #options: ServerMonitorOptions;
  readonly #store: SnapshotStore;
  readonly #poller: Poller;
  readonly #writer: BackfillWriter;
  /** Backfills of which an answer cannot be read; asking again would tell no more. */
  readonly #unreadableIds = new Set<string>();
  readonly #backfillListControllers = new Map<string, AbortController>();
  #consecutiveFailures = 0;
  #listDurationMs: number | undefined;
  #sinkDurationMs: number | undefined;
  #lastListedAt = Number.NEGATIVE_INFINITY;
  /** The server refused the token: nothing is asked any more before somebody says so. */
  #tokenFailure: Failure | undefined;
  /** Whether the server's version is to be asked for: at first, and after it was gone. */
  #shouldFetchVersion = true;
  #jitter: number;

  constructor(options: ServerMonitorOptions) {
    super();
    this.connection = options.connection;
    this.#options = options;
    this.#api = options.api;
    this.#clock = options.clock;
    this.#jitter = this.#random();
    this.#store = this.register(new SnapshotStore(options.snapshot));
    this.#poller = this.register(
      new Poller({
        poll: (scope, signal) => (scope === 'all' ? this.#pollAll(signal) : this.#pollRunning(signal)),
        planNextPoll: (priority) => this.#planNextPoll(priority),
        onScheduled: (retryAt) => {
          // Only worth a word while something is wrong.
          if (this.snapshot.sinksLoad.failure !== undefined && this.snapshot.sinksLoad.retryAt !== retryAt) {
            this.#store.setSinksLoad({ retryAt });
          }
        },
        clock: options.clock,
      }),
    );
    this.#writer = new BackfillWriter({
      api: options.api,
      store: this.#store,
      clock: options.clock,
      signal: this.#poller.signal,
    });
  }

  get onDidChange(): SnapshotStore['onDidChange'] {
    return this.#store.onDidChange;
  }

  get snapshot(): Snapshot {
    return this.#store.snapshot;
  }

  /** The server's time now, in milliseconds, as far as its answers told. */
  get serverNow(): number {
    return this.#clock.now() + this.snapshot.clockSkewMs;
  }

  /** Keeps the snapshot live until the result is disposed. */
  watch(kind: WatchKind): Disposable {
    return this.#poller.watch(kind);
  }

  /** Whether the window has the focus; it is asked less often without, and at once when it is back. */
  setFocused(focused: boolean): void {
    this.#poller.setFocused(focused);
  }

  /** To be called when the interval is another one. */
  reschedule(): void {
    this.#poller.reschedule();
  }

  /** Asks for everything again that was asked for before: the sinks, and each history that was looked at. */
  async refresh(): Promise<void> {
    this.#unreadableIds.clear();
    this.#tokenFailure = undefined;
    await this.#poller.pollNow();
    for (const sinkId of [...this.snapshot.backfillListLoads.keys()]) {
      await this.loadBackfillList(sinkId);
    }
  }

  /** Sees to it that there is an answer about the sinks of this session, good or bad. */
  async ensureSinks(): Promise<void> {
    const { loadedAt, failure } = this.snapshot.sinksLoad;
    if (loadedAt === undefined && failure === undefined) {
      await this.#poller.pollNow();
    }
  }

  /** Sees to it that a sink's history is loaded or on its way. A failed one waits for `loadHistory`. */
  ensureBackfillList(sinkId: string): void {
    if (!this.snapshot.backfillListLoads.has(sinkId)) {
      void this.loadBackfillList(sinkId);
    }
  }

  /** Fetches a sink's history anew, unless it is on its way. */
  async loadBackfillList(sinkId: string): Promise<void> {
    if (this.snapshot.backfillListLoads.get(sinkId)?.loading === true) {
      return;
    }
    const controller = new AbortController();
    this.#backfillListControllers.set(sinkId, controller);
    this.#store.setBackfillListLoad(sinkId, { loading: true }, this.#clock.now());
    const signal = AbortSignal.any([controller.signal, this.#poller.signal]);
    const requestedAt = this.#clock.now();
    const result = await this.#request(() => this.#api.listBackfills(sinkId, { signal }));
    this.#backfillListControllers.delete(sinkId);
    if (result.failure === undefined) {
      this.#store.applyBackfillList(sinkId, result.value.items, this.#clock.now(), requestedAt);
    } else {
      this.#store.setBackfillListLoad(sinkId, { loading: false, failure: result.failure }, this.#clock.now());
    }
  }

  /** Gives up the loading of a sink's history, if it is under way. */
  cancelBackfillList(sinkId: string): void {
    this.#backfillListControllers.get(sinkId)?.abort();
  }

  /** Asks for one backfill; returns why that failed, if it did. One that does not exist is forgotten. */
  async loadBackfill(sinkId: string, backfillId: string): Promise<Failure | undefined> {
    const { signal } = this.#poller;
    const requestedAt = this.#clock.now();
    const result = await this.#request(() => this.#api.getBackfill(sinkId, backfillId, { signal }));
    if (result.failure === undefined) {
      this.#store.applyBackfill(result.value, this.#clock.now(), requestedAt);
    } else if (isResourceNotFound(result.failure)) {
      this.#store.removeBackfill(sinkId, backfillId, this.#clock.now());
    }
    return result.failure;
  }

  /** Pauses, resumes or cancels a backfill. Undefined, and nothing is sent, where a write of it is under way. */
  async changeBackfill(backfill: Backfill, change: BackfillChange): Promise<WriteOutcome | undefined> {
    const outcome = await this.#writer.change(backfill, change);
    this.#handleOutcome(outcome);
    this.#poller.reschedule();
    return outcome;
  }

  /** Starts a backfill of a table, or creates it paused. Undefined, and nothing is sent, where that is under way. */
  async createBackfill(
    sinkId: string,
    table: string,
    state: 'active' | 'paused',
  ): Promise<WriteOutcome | undefined> {
    const outcome = await this.#writer.create(sinkId, table, state);
    this.#handleOutcome(outcome);
    // What runs is asked for more often.
    this.#poller.reschedule();
    return outcome;
  }

  /** Waits until writes are forgotten, also those that stay a moment for a double click. `keys` as of `writeKey`. */
  async waitForPendingWrites(keys: readonly string[]): Promise<void> {
    const hasNoPendingWrites = (): boolean => !keys.some((key) => this.snapshot.pendingWrites.has(key));
    if (hasNoPendingWrites()) {
      return;
    }
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const subscription = this.onDidChange(() => {
      if (hasNoPendingWrites()) {
        resolve(undefined);
      }
    });
    await promise;
    subscription.dispose();
  }

  async #pollAll(signal: AbortSignal): Promise<void> {
    if (this.#tokenFailure !== undefined) {
      return;
    }
    this.#store.setSinksLoad({ loading: true });
    const startedAt = this.#clock.now();
    const result = await this.#request(() =>
      this.#api.listSinks({ signal, timeoutMs: this.#getListTimeoutMs() }),
    );
    this.#jitter = this.#random();
    if (result.failure === undefined) {
      this.#consecutiveFailures = 0;
      this.#listDurationMs = this.#clock.now() - startedAt;
      this.#lastListedAt = this.#clock.now();
      if (this.#shouldFetchVersion) {
        this.#shouldFetchVersion = false;
        void this.#fetchVersion(signal);
      }
      await this.#fetchEach(this.#store.applySinks(result.value, this.#clock.now(), startedAt));
      if (result.value.items.some(({ unfinishedBackfills }) => unfinishedBackfills === undefined)) {
        // What is asked for beside the list at each turn is a part of its price.
        this.#listDurationMs = this.#clock.now() - startedAt;
      }
    } else {
      this.#handlePollFailure(result.failure);
    }
  }

  /** Progress alone, where the list of all sinks is too dear for it. */
  async #pollRunning(signal: AbortSignal): Promise<void> {
    const noLongerListed: Backfill[] = [];
    let pollFailure: Failure | undefined;
    await pMap(
      this.#findRunningSinks(),
      async (sinkId) => {
        if (pollFailure !== undefined) {
          return;
        }
        const startedAt = this.#clock.now();
        const result = await this.#request(() => this.#api.getSink(sinkId, { signal }));
        if (result.failure === undefined) {
          this.#sinkDurationMs = this.#clock.now() - startedAt;
          noLongerListed.push(...this.#store.applySink(result.value, this.#clock.now(), startedAt));
        } else if (!isResourceNotFound(result.failure)) {
          // That a sink is gone is told by the next list.
          pollFailure = result.failure;
        }
      },
      { concurrency: maxConcurrentRequests },
    );
    if (pollFailure !== undefined) {
      this.#handlePollFailure(pollFailure);
    }
    await this.#fetchEach(noLongerListed);
  }

  /** Asks for backfills themselves: how they ended, or how far they are where their sink does not tell. */
  async #fetchEach(backfills: readonly Backfill[]): Promise<void> {
    const readable = backfills.filter(
      ({ sinkId, id }) =>
        !this.#unreadableIds.has(id) && findBackfill(this.snapshot, sinkId, id) !== undefined,
    );
    await pMap(
      readable,
      async ({ sinkId, id }) => {
        const failure = await this.loadBackfill(sinkId, id);
        // Other bad answers come from what stands in between, and pass.
        if (failure?.kind === 'badAnswer' && failure.reason === 'shape') {
          this.#unreadableIds.add(id);
        }
      },
      { concurrency: maxConcurrentRequests },
    );
  }

  /** While it was away the server may have been brought up to date. */
  async #fetchVersion(signal: AbortSignal): Promise<void> {
    const result = await this.#request(() => this.#api.getVersion({ signal }));
    if (result.failure === undefined) {
      this.#store.setVersion(result.value);
    } else {
      this.#shouldFetchVersion = true;
    }
  }

  /** A refused token is refused for everything. */
  #handleOutcome(outcome: WriteOutcome | undefined): void {
    if (outcome !== undefined && outcome.kind !== 'done' && outcome.failure.kind === 'unauthorized') {
      this.#handleTokenRejected(outcome.failure);
    }
  }

  #handleTokenRejected(failure: Failure): void {
    if (this.#tokenFailure === undefined) {
      this.#tokenFailure = failure;
      this.#shouldFetchVersion = true;
      this.#store.setSinksLoad({ loading: false, failure, retryAt: undefined });
      // What was due next is not any more.
      this.#poller.reschedule();
    }
  }

  #handlePollFailure(failure: Failure): void {
    this.#consecutiveFailures += 1;
    this.#shouldFetchVersion = true;
    // That the token is refused is told already.
    if (failure !== this.#tokenFailure) {
      this.#store.setSinksLoad({ loading: false, failure });
    }
  }

  /**
   * How long the list may take. A connection that was cut without a word, by a sleep or a VPN, ends only by this: once
   * it is known how long the list takes, it need not be the longest that a server was ever seen to take.
   */
  #getListTimeoutMs(): number {
    return Math.min(
      maxListTimeoutMs,
      Math.max(minListTimeoutMs, 10 * (this.#listDurationMs ?? Number.POSITIVE_INFINITY)),
    );
  }

  #random(): number {
    return (this.#options.random ?? Math.random)();
  }

  #findRunningSinks(): string[] {
    return [...this.snapshot.backfills]
      .filter(([, backfills]) => [...backfills.values()].some(({ state }) => state === 'active'))
      .map(([sinkId]) => sinkId);
  }

  #planNextPoll(priority: PollPriority): NextPoll | undefined {
    const { sinks, sinksLoad } = this.snapshot;
    return planNextPoll({
      priority,
      runningSinkCount: this.#findRunningSinks().length,
      intervalMs: this.#options.intervalMs(),
      listDurationMs: this.#listDurationMs,
      sinkDurationMs: this.#sinkDurationMs,
      sinkCount: sinks.size,
      listAgeMs: this.#clock.now() - this.#lastListedAt,
      consecutiveFailures: this.#consecutiveFailures,
      failure: sinksLoad.failure,
      jitter: this.#jitter,
    });
  }

  /**
   * An answer, or why there is none. Once the token is refused nothing more is sent, and what was under way by then
   * does not take that back: it may have been asked for while the token was still good.
   */
  async #request<T>(sendRequest: () => Promise<T>): Promise<RequestResult<T>> {
    const result = await this.#trySend(sendRequest);
    return this.#tokenFailure === undefined ? result : { failure: this.#tokenFailure };
  }

  async #trySend<T>(sendRequest: () => Promise<T>): Promise<RequestResult<T>> {
    if (this.#tokenFailure !== undefined) {
      return { failure: this.#tokenFailure };
    }
    try {
      return { value: await sendRequest(), failure: undefined };
    } catch (error) {
      const failure = toFailure(error);
      if (failure === undefined) {
        throw error;
      }
      if (failure.kind === 'unauthorized') {
        this.#handleTokenRejected(failure);
      }
      return { failure };
    }
  }
}
