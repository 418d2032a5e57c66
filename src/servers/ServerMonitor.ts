import pMap from 'p-map';
import { toFailure, isResourceNotFound, type Failure } from '../model/failure.ts';
import type { SequinApi, SinkWithBackfills } from '../api/SequinApi.ts';
import { isUnfinished, type Backfill } from '../model/Backfill.ts';
import type { BackfillChange } from '../model/backfillActions.ts';
import type { Connection } from '../model/Connection.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { planNextPoll, type PollPriority, type NextPoll } from './pollPolicy.ts';
import { Poller, type WatchKind } from './Poller.ts';
import { findBackfill, getBackfillsOfSink, type BackfillEnd, type Snapshot } from './Snapshot.ts';
import { SnapshotStore } from './SnapshotStore.ts';
import { BackfillWriter, type WriteOutcome } from './BackfillWriter.ts';

/** The number of concurrent requests for single sinks or backfills. */
const maxConcurrentRequests = 4;

/** With Redis down, a server took 27 s to list 18 sinks (recordings n01 to n08). */
const maxListTimeoutMs = 60_000;
const minListTimeoutMs = 20_000;

/** Whether a response of Sequin couldn't be read. Other invalid responses come from proxies, and are temporary. */
function isUnreadable(failure: Failure | undefined): boolean {
  return failure?.kind === 'invalidResponse' && failure.reason === 'shape';
}

type RequestResult<T> = { readonly value: T; readonly failure: undefined } | { readonly failure: Failure };

export interface ServerMonitorOptions {
  readonly connection: Connection;
  readonly api: SequinApi;
  readonly clock: Clock;
  /** Returns the shortest polling interval in milliseconds; 0 turns automatic polling off. */
  readonly intervalMs: () => number;
  /** The snapshot of the last session. */
  readonly snapshot?: Snapshot | undefined;
  /** Returns a number from 0 to 1 for the jitter. */
  readonly random?: () => number;
  /** Receives errors of defects, which appear as `internal` failures in the snapshot. */
  readonly onInternalError?: ((error: unknown) => void) | undefined;
}

/**
 * Keeps the snapshot of one server up to date with few requests. The list of sinks contains every unfinished backfill.
 * The full backfill list of a sink is fetched once, when a view first needs it. A backfill that is no longer listed is
 * fetched once for its final state. Servers too old to list unfinished backfills are polled for each known one.
 *
 * Failed requests appear in the load states of the snapshot. Whatever is thrown ends the load with a failure.
 */
export class ServerMonitor extends DisposableBase {
  #connection: Connection;
  readonly #api: SequinApi;
  readonly #clock: Clock;
  readonly #options: ServerMonitorOptions;
  readonly #store: SnapshotStore;
  readonly #poller: Poller;
  readonly #writer: BackfillWriter;
  /** Backfills with an unreadable response. They aren't fetched again before a manual refresh. */
  readonly #unreadableIds = new Set<string>();
  /** The pending requests for backfill lists, by sink id. */
  readonly #backfillListRequests = new Map<
    string,
    { readonly controller: AbortController; readonly backfills: Promise<readonly Backfill[] | undefined> }
  >();
  #consecutiveFailures = 0;
  #listDurationMs: number | undefined;
  #sinkDurationMs: number | undefined;
  #lastListedAt = Number.NEGATIVE_INFINITY;
  /** Set after the server rejected the token. Blocks all requests until a manual refresh. */
  #tokenFailure: Failure | undefined;
  /** Whether the next successful poll also fetches the version: at first, and after each failure. */
  #shouldFetchVersion = true;
  #jitter: number;

  constructor(options: ServerMonitorOptions) {
    super();
    this.#connection = options.connection;
    this.#options = options;
    this.#api = options.api;
    this.#clock = options.clock;
    this.#jitter = this.#random();
    this.#store = this.register(new SnapshotStore(options.snapshot));
    this.#poller = this.register(
      new Poller({
        poll: async (scope, signal) => {
          const failure = await this.#catchDefect(() =>
            scope === 'all' ? this.#pollAll(signal) : this.#pollRunning(signal),
          );
          if (failure !== undefined) {
            this.#handlePollFailure(failure);
          }
        },
        planNextPoll: (priority) => this.#planNextPoll(priority),
        onScheduled: (retryAt) => {
          // The time of the next attempt is shown after a failure only.
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

  get connection(): Connection {
    return this.#connection;
  }

  /** Sets a new name or production mark. The address of a monitor never changes. */
  updateConnection(connection: Connection): void {
    this.#connection = connection;
  }

  get onDidChange(): SnapshotStore['onDidChange'] {
    return this.#store.onDidChange;
  }

  get snapshot(): Snapshot {
    return this.#store.snapshot;
  }

  /** The numbers of entries kept outside the snapshot, to check memory use. */
  get retainedCounts(): {
    readonly writes: number;
    readonly unreadable: number;
    readonly pendingLists: number;
  } {
    return {
      writes: this.#store.rememberedWriteCount,
      unreadable: this.#unreadableIds.size,
      pendingLists: this.#backfillListRequests.size,
    };
  }

  /** The current time of the server's clock, in milliseconds since the epoch, as estimated from its responses. */
  get serverNow(): number {
    return this.#clock.now() + this.snapshot.clockSkewMs;
  }

  /** Keeps the snapshot up to date until the result is disposed. */
  watch(kind: WatchKind): Disposable {
    return this.#poller.watch(kind);
  }

  /** Sets whether the window has the focus. Polling is slower without it, and resumes at once with it. */
  setFocused(focused: boolean): void {
    this.#poller.setFocused(focused);
  }

  /** Removes ends from the snapshot that were reported to the user, or that need no report. */
  removeUnreportedEnds(ends: ReadonlySet<BackfillEnd>): void {
    this.#store.removeUnreportedEnds(ends);
  }

  /** Plans the next poll again, after a change of the interval. */
  reschedule(): void {
    this.#poller.reschedule();
  }

  /** Reloads everything loaded before: the sinks, and each requested backfill list. */
  async refresh(): Promise<void> {
    this.#unreadableIds.clear();
    this.#tokenFailure = undefined;
    await this.#poller.pollNow();
    for (const sinkId of [...this.snapshot.backfillListLoads.keys()]) {
      await this.loadBackfillList(sinkId);
    }
  }

  /** Loads the sinks unless they are loaded or have failed to load. */
  async ensureSinks(): Promise<void> {
    const { loadedAt, failure } = this.snapshot.sinksLoad;
    if (loadedAt === undefined && failure === undefined) {
      await this.#poller.pollNow();
    }
  }

  /**
   * Loads a sink's backfill list unless it was requested before. A list that failed to load is requested again only by
   * {@link loadBackfillList}.
   */
  ensureBackfillList(sinkId: string): void {
    if (!this.snapshot.backfillListLoads.has(sinkId)) {
      void this.loadBackfillList(sinkId);
    }
  }

  /**
   * Loads or reloads a sink's backfill list, or joins a pending request for it. Returns all backfills, of which the
   * snapshot keeps the newest; undefined after a failure.
   */
  async loadBackfillList(sinkId: string): Promise<readonly Backfill[] | undefined> {
    const pending = this.#backfillListRequests.get(sinkId);
    if (pending !== undefined) {
      return pending.backfills;
    }
    const controller = new AbortController();
    const { promise: backfills, resolve } = Promise.withResolvers<readonly Backfill[] | undefined>();
    this.#backfillListRequests.set(sinkId, { controller, backfills });
    resolve(this.#requestBackfillList(sinkId, controller.signal));
    return backfills;
  }

  /** Loads a sink's backfill list again, to keep older backfills of it than before. */
  async loadOlderBackfills(sinkId: string): Promise<void> {
    this.#store.raiseBackfillLimit(sinkId);
    await this.loadBackfillList(sinkId);
  }

  /** Cancels a pending request for a sink's backfill list. */
  cancelBackfillList(sinkId: string): void {
    this.#backfillListRequests.get(sinkId)?.controller.abort();
  }

  async #requestBackfillList(
    sinkId: string,
    cancelled: AbortSignal,
  ): Promise<readonly Backfill[] | undefined> {
    this.#store.setBackfillListLoad(sinkId, { loading: true }, this.#clock.now());
    const signal = AbortSignal.any([cancelled, this.#poller.signal]);
    const requestedAt = this.#clock.now();
    let backfills: readonly Backfill[] | undefined;
    const failure = await this.#catchDefect(async () => {
      const result = await this.#request(() => this.#api.listBackfills(sinkId, { signal }));
      if (result.failure === undefined) {
        const { items, skipped } = result.value;
        this.#store.applyBackfillList(sinkId, items, this.#clock.now(), requestedAt, skipped);
        backfills = items;
      }
      return result.failure;
    });
    this.#backfillListRequests.delete(sinkId);
    if (failure !== undefined) {
      this.#store.setBackfillListLoad(sinkId, { loading: false, failure }, this.#clock.now());
    }
    return backfills;
  }

  /** Fetches one backfill and returns the failure, if any. Removes a backfill that doesn't exist on the server. */
  async loadBackfill(sinkId: string, backfillId: string): Promise<Failure | undefined> {
    const { signal } = this.#poller;
    const requestedAt = this.#clock.now();
    return this.#catchDefect(async () => {
      const result = await this.#request(() => this.#api.getBackfill(sinkId, backfillId, { signal }));
      if (result.failure === undefined) {
        this.#store.applyBackfill(result.value, this.#clock.now(), requestedAt);
      } else if (isResourceNotFound(result.failure)) {
        this.#store.removeBackfill(sinkId, backfillId, this.#clock.now());
      }
      return result.failure;
    });
  }

  /** Pauses, resumes or cancels a backfill. Sends nothing and returns undefined while a write to it is pending. */
  async changeBackfill(backfill: Backfill, change: BackfillChange): Promise<WriteOutcome | undefined> {
    const outcome = await this.#writer.change(backfill, change);
    this.#handleOutcome(outcome);
    this.#poller.reschedule();
    return outcome;
  }

  /** Creates a backfill of a table. Sends nothing and returns undefined while the same write is pending. */
  async createBackfill(
    sinkId: string,
    table: string,
    state: 'active' | 'paused',
  ): Promise<WriteOutcome | undefined> {
    const outcome = await this.#writer.create(sinkId, table, state);
    this.#handleOutcome(outcome);
    // A running backfill shortens the polling interval.
    this.#poller.reschedule();
    return outcome;
  }

  /** Resolves when no write with one of these keys (see `getWriteKey`) blocks the next one. */
  async waitForPendingWrites(keys: readonly string[]): Promise<void> {
    await this.#writer.waitUntilPossible(keys);
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
      const unlisted = this.#findUnlistedSinks(result.value.items);
      const items =
        unlisted.length === 0
          ? result.value.items
          : [...result.value.items, ...(await this.#fetchUnlistedSinks(unlisted, signal))];
      const noLongerListed = this.#store.applySinks({ ...result.value, items }, this.#clock.now(), startedAt);
      this.#forgetRemovedUnreadable();
      await this.#fetchEach(noLongerListed);
      if (result.value.items.some(({ unfinishedBackfills }) => unfinishedBackfills === undefined)) {
        // These servers need the individual requests in each poll, so they count as a part of its duration.
        this.#listDurationMs = this.#clock.now() - startedAt;
      }
    } else {
      this.#handlePollFailure(result.failure);
    }
  }

  /** Finds the known sinks with unfinished backfills that a list lacks. */
  #findUnlistedSinks(items: readonly SinkWithBackfills[]): SinkWithBackfills[] {
    const listedIds = new Set(items.map(({ sink }) => sink.id));
    return [...this.snapshot.sinks.values()].flatMap((sink) => {
      const unfinishedBackfills = getBackfillsOfSink(this.snapshot, sink.id).filter(isUnfinished);
      return listedIds.has(sink.id) || unfinishedBackfills.length === 0
        ? []
        : [{ sink, unfinishedBackfills }];
    });
  }

  /**
   * Fetches sinks that the list lacks, because the server leaves out a sink that it can't serialize. Only those that
   * aren't found are deleted.
   */
  async #fetchUnlistedSinks(
    unlisted: readonly SinkWithBackfills[],
    signal: AbortSignal,
  ): Promise<SinkWithBackfills[]> {
    const fetched = await pMap(
      unlisted,
      async (known) => {
        const result = await this.#request(() => this.#api.getSink(known.sink.id, { signal }));
        if (result.failure === undefined) {
          return [result.value];
        }
        return isResourceNotFound(result.failure) ? [] : [known];
      },
      { concurrency: maxConcurrentRequests },
    );
    return fetched.flat();
  }

  /** Updates progress from the running sinks only, when the list of all sinks is too expensive. */
  async #pollRunning(signal: AbortSignal): Promise<void> {
    const noLongerListed: Backfill[] = [];
    let pollFailure: Failure | undefined;
    let readableCount = 0;
    let unreadableFailure: Failure | undefined;
    await pMap(
      this.#findRunningSinks(),
      async (sinkId) => {
        if (pollFailure !== undefined) {
          return;
        }
        const startedAt = this.#clock.now();
        const result = await this.#request(() => this.#api.getSink(sinkId, { signal }));
        if (result.failure === undefined) {
          readableCount += 1;
          this.#sinkDurationMs = this.#clock.now() - startedAt;
          noLongerListed.push(...this.#store.applySink(result.value, this.#clock.now(), startedAt));
        } else if (isUnreadable(result.failure)) {
          unreadableFailure = result.failure;
        } else if (!isResourceNotFound(result.failure)) {
          // A removed sink is handled by the next poll of all sinks.
          pollFailure = result.failure;
        }
      },
      { concurrency: maxConcurrentRequests },
    );
    // A single unreadable sink is handled by the next poll of all sinks, too.
    pollFailure ??= readableCount === 0 ? unreadableFailure : undefined;
    if (pollFailure !== undefined) {
      this.#handlePollFailure(pollFailure);
    }
    await this.#fetchEach(noLongerListed);
  }

  /** Fetches backfills individually: for their final state, or for progress that their sink doesn't report. */
  async #fetchEach(backfills: readonly Backfill[]): Promise<void> {
    const readable = backfills.filter(
      ({ sinkId, id }) =>
        !this.#unreadableIds.has(id) && findBackfill(this.snapshot, sinkId, id) !== undefined,
    );
    await pMap(
      readable,
      async ({ sinkId, id }) => {
        if (isUnreadable(await this.loadBackfill(sinkId, id))) {
          this.#unreadableIds.add(id);
        }
      },
      { concurrency: maxConcurrentRequests },
    );
  }

  /** Drops unreadable ids of removed backfills. Only unfinished backfills, which have progress, can be unreadable. */
  #forgetRemovedUnreadable(): void {
    for (const id of this.#unreadableIds) {
      if (!this.snapshot.progressTracks.has(id)) {
        this.#unreadableIds.delete(id);
      }
    }
  }

  /** Fetches the version. The server may have been upgraded while it was unreachable. */
  async #fetchVersion(signal: AbortSignal): Promise<void> {
    const result = await this.#request(() => this.#api.getVersion({ signal }));
    if (result.failure === undefined) {
      this.#store.setVersion(result.value);
    } else {
      this.#shouldFetchVersion = true;
    }
  }

  /** Blocks all requests if the server rejected the token of a write. */
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
      // Cancels the planned poll.
      this.#poller.reschedule();
    }
  }

  /** Runs a request with the use of its response; returns an error of the latter as a failure. */
  async #catchDefect<T>(work: () => Promise<T>): Promise<T | Failure> {
    try {
      return await work();
    } catch (error) {
      this.#options.onInternalError?.(error);
      return { kind: 'internal' };
    }
  }

  #handlePollFailure(failure: Failure): void {
    this.#consecutiveFailures += 1;
    this.#shouldFetchVersion = true;
    // The snapshot already has a rejected token as its failure.
    if (failure !== this.#tokenFailure) {
      this.#store.setSinksLoad({ loading: false, failure });
    }
  }

  /**
   * The timeout of the list. Nothing else ends a request whose connection was dropped silently, by a suspended machine
   * or a VPN, so it shrinks to a multiple of the measured duration.
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
   * Sends a request and returns its value or failure. After a rejected token nothing is sent, and responses to earlier
   * requests are discarded: the token may have been valid when those were sent.
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
      if (failure.kind === 'unauthorized') {
        this.#handleTokenRejected(failure);
      }
      return { failure };
    }
  }
}
