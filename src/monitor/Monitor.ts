import pMap from 'p-map';
import { failureOf, isGone, type Failure } from '../api/failure.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import type { Backfill } from '../model/Backfill.ts';
import type { Change } from '../model/changes.ts';
import type { Connection } from '../model/Connection.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { nextPoll, type Attention, type NextPoll } from './policy.ts';
import { Poller, type WatchKind } from './Poller.ts';
import { findBackfill, type Snapshot } from './Snapshot.ts';
import { SnapshotStore } from './SnapshotStore.ts';
import { Writer, type WriteOutcome } from './Writer.ts';

/** How many small requests may be under way at once. */
const atOnce = 4;

/** 18 sinks took a server 27 s while its Redis was down (recordings n01 to n08). */
const longestPatienceMs = 60_000;
const shortestPatienceMs = 20_000;

type Asked<T> = { readonly answer: T; readonly failure: undefined } | { readonly failure: Failure };

export interface MonitorParts {
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
export class Monitor extends DisposableBase {
  /** Its name and label may change while it lasts; its address never does. */
  connection: Connection;
  readonly #api: SequinApi;
  readonly #clock: Clock;
  readonly #parts: MonitorParts;
  readonly #store: SnapshotStore;
  readonly #poller: Poller;
  readonly #writer: Writer;
  /** Backfills of which an answer cannot be read; asking again would tell no more. */
  readonly #unreadable = new Set<string>();
  readonly #historyCancels = new Map<string, AbortController>();
  #failures = 0;
  #listMs: number | undefined;
  #sinkMs: number | undefined;
  #listedAt = Number.NEGATIVE_INFINITY;
  /** The server refused the token: nothing is asked any more before somebody says so. */
  #refused: Failure | undefined;
  /** Whether the server's version is to be asked for: at first, and after it was gone. */
  #versionDue = true;
  #jitter: number;

  constructor(parts: MonitorParts) {
    super();
    this.connection = parts.connection;
    this.#parts = parts;
    this.#api = parts.api;
    this.#clock = parts.clock;
    this.#jitter = this.#random();
    this.#store = this.register(new SnapshotStore(parts.snapshot));
    this.#poller = this.register(
      new Poller({
        poll: (what, signal) => (what === 'all' ? this.#pollAll(signal) : this.#pollRunning(signal)),
        next: (attention) => this.#next(attention),
        onScheduled: (retryAt) => {
          // Only worth a word while something is wrong.
          if (this.snapshot.sinksLoad.failure !== undefined && this.snapshot.sinksLoad.retryAt !== retryAt) {
            this.#store.setSinksLoad({ retryAt });
          }
        },
        clock: parts.clock,
      }),
    );
    this.#writer = new Writer({
      api: parts.api,
      store: this.#store,
      clock: parts.clock,
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
    return this.#clock.now() + this.snapshot.skewMs;
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
    this.#unreadable.clear();
    this.#refused = undefined;
    await this.#poller.pollNow();
    for (const sinkId of [...this.snapshot.historyLoads.keys()]) {
      await this.loadHistory(sinkId);
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
  ensureHistory(sinkId: string): void {
    if (!this.snapshot.historyLoads.has(sinkId)) {
      void this.loadHistory(sinkId);
    }
  }

  /** Fetches a sink's history anew, unless it is on its way. */
  async loadHistory(sinkId: string): Promise<void> {
    if (this.snapshot.historyLoads.get(sinkId)?.loading === true) {
      return;
    }
    const cancel = new AbortController();
    this.#historyCancels.set(sinkId, cancel);
    this.#store.setHistoryLoad(sinkId, { loading: true }, this.#clock.now());
    const signal = AbortSignal.any([cancel.signal, this.#poller.signal]);
    const askedAt = this.#clock.now();
    const history = await this.#ask(() => this.#api.listBackfills(sinkId, { signal }));
    this.#historyCancels.delete(sinkId);
    if (history.failure === undefined) {
      this.#store.applyHistory(sinkId, history.answer.items, this.#clock.now(), askedAt);
    } else {
      this.#store.setHistoryLoad(sinkId, { loading: false, failure: history.failure }, this.#clock.now());
    }
  }

  /** Gives up the loading of a sink's history, if it is under way. */
  cancelHistory(sinkId: string): void {
    this.#historyCancels.get(sinkId)?.abort();
  }

  /** Asks for one backfill; returns why that failed, if it did. One that does not exist is forgotten. */
  async loadBackfill(sinkId: string, backfillId: string): Promise<Failure | undefined> {
    const { signal } = this.#poller;
    const askedAt = this.#clock.now();
    const asked = await this.#ask(() => this.#api.getBackfill(sinkId, backfillId, { signal }));
    if (asked.failure === undefined) {
      this.#store.applyBackfill(asked.answer, this.#clock.now(), askedAt);
    } else if (isGone(asked.failure)) {
      this.#store.removeBackfill(sinkId, backfillId, this.#clock.now());
    }
    return asked.failure;
  }

  /** Pauses, resumes or cancels a backfill. Undefined, and nothing is sent, where a write of it is under way. */
  async change(backfill: Backfill, change: Change): Promise<WriteOutcome | undefined> {
    const outcome = await this.#writer.change(backfill, change);
    this.#learnFrom(outcome);
    this.#poller.reschedule();
    return outcome;
  }

  /** Starts a backfill of a table, or creates it paused. Undefined, and nothing is sent, where that is under way. */
  async create(sinkId: string, table: string, state: 'active' | 'paused'): Promise<WriteOutcome | undefined> {
    const outcome = await this.#writer.create(sinkId, table, state);
    this.#learnFrom(outcome);
    // What runs is asked for more often.
    this.#poller.reschedule();
    return outcome;
  }

  /** Waits until writes are forgotten, also those that stay a moment for a double click. `keys` as of `writeKey`. */
  async whenFree(keys: readonly string[]): Promise<void> {
    const isFree = (): boolean => !keys.some((key) => this.snapshot.writes.has(key));
    if (isFree()) {
      return;
    }
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const subscription = this.onDidChange(() => {
      if (isFree()) {
        resolve(undefined);
      }
    });
    await promise;
    subscription.dispose();
  }

  async #pollAll(signal: AbortSignal): Promise<void> {
    if (this.#refused !== undefined) {
      return;
    }
    this.#store.setSinksLoad({ loading: true });
    const startedAt = this.#clock.now();
    const sinks = await this.#ask(() => this.#api.listSinks({ signal, timeoutMs: this.#patienceMs() }));
    this.#jitter = this.#random();
    if (sinks.failure === undefined) {
      this.#failures = 0;
      this.#listMs = this.#clock.now() - startedAt;
      this.#listedAt = this.#clock.now();
      if (this.#versionDue) {
        this.#versionDue = false;
        void this.#learnVersion(signal);
      }
      await this.#askForEach(this.#store.applySinks(sinks.answer, this.#clock.now(), startedAt));
      if (sinks.answer.items.some(({ openBackfills }) => openBackfills === undefined)) {
        // What is asked for beside the list at each turn is a part of its price.
        this.#listMs = this.#clock.now() - startedAt;
      }
    } else {
      this.#fail(sinks.failure);
    }
  }

  /** Progress alone, where the list of all sinks is too dear for it. */
  async #pollRunning(signal: AbortSignal): Promise<void> {
    const departed: Backfill[] = [];
    let failed: Failure | undefined;
    await pMap(
      this.#runningSinks(),
      async (sinkId) => {
        if (failed !== undefined) {
          return;
        }
        const startedAt = this.#clock.now();
        const sink = await this.#ask(() => this.#api.getSink(sinkId, { signal }));
        if (sink.failure === undefined) {
          this.#sinkMs = this.#clock.now() - startedAt;
          departed.push(...this.#store.applySink(sink.answer, this.#clock.now(), startedAt));
        } else if (!isGone(sink.failure)) {
          // That a sink is gone is told by the next list.
          failed = sink.failure;
        }
      },
      { concurrency: atOnce },
    );
    if (failed !== undefined) {
      this.#fail(failed);
    }
    await this.#askForEach(departed);
  }

  /** Asks for backfills themselves: how they ended, or how far they are where their sink does not tell. */
  async #askForEach(departed: readonly Backfill[]): Promise<void> {
    const unknown = departed.filter(
      ({ sinkId, id }) => !this.#unreadable.has(id) && findBackfill(this.snapshot, sinkId, id) !== undefined,
    );
    await pMap(
      unknown,
      async ({ sinkId, id }) => {
        const failure = await this.loadBackfill(sinkId, id);
        // Other bad answers come from what stands in between, and pass.
        if (failure?.kind === 'badAnswer' && failure.reason === 'shape') {
          this.#unreadable.add(id);
        }
      },
      { concurrency: atOnce },
    );
  }

  /** While it was away the server may have been brought up to date. */
  async #learnVersion(signal: AbortSignal): Promise<void> {
    const version = await this.#ask(() => this.#api.version({ signal }));
    if (version.failure === undefined) {
      this.#store.setVersion(version.answer);
    } else {
      this.#versionDue = true;
    }
  }

  /** A refused token is refused for everything. */
  #learnFrom(outcome: WriteOutcome | undefined): void {
    if (outcome !== undefined && outcome.kind !== 'done' && outcome.failure.kind === 'unauthorized') {
      this.#refuse(outcome.failure);
    }
  }

  #refuse(failure: Failure): void {
    if (this.#refused === undefined) {
      this.#refused = failure;
      this.#versionDue = true;
      this.#store.setSinksLoad({ loading: false, failure, retryAt: undefined });
      // What was due next is not any more.
      this.#poller.reschedule();
    }
  }

  #fail(failure: Failure): void {
    this.#failures += 1;
    this.#versionDue = true;
    // That the token is refused is told already.
    if (failure !== this.#refused) {
      this.#store.setSinksLoad({ loading: false, failure });
    }
  }

  /**
   * How long the list may take. A connection that was cut without a word, by a sleep or a VPN, ends only by this: once
   * it is known how long the list takes, it need not be the longest that a server was ever seen to take.
   */
  #patienceMs(): number {
    return Math.min(
      longestPatienceMs,
      Math.max(shortestPatienceMs, 10 * (this.#listMs ?? Number.POSITIVE_INFINITY)),
    );
  }

  #random(): number {
    return (this.#parts.random ?? Math.random)();
  }

  #runningSinks(): string[] {
    return [...this.snapshot.backfills]
      .filter(([, backfills]) => [...backfills.values()].some(({ state }) => state === 'active'))
      .map(([sinkId]) => sinkId);
  }

  #next(attention: Attention): NextPoll | undefined {
    const { sinks, sinksLoad } = this.snapshot;
    return nextPoll({
      attention,
      runningSinks: this.#runningSinks().length,
      intervalMs: this.#parts.intervalMs(),
      listMs: this.#listMs,
      sinkMs: this.#sinkMs,
      sinks: sinks.size,
      sinceListMs: this.#clock.now() - this.#listedAt,
      failures: this.#failures,
      failure: sinksLoad.failure,
      jitter: this.#jitter,
    });
  }

  /**
   * An answer, or why there is none. Once the token is refused nothing more is sent, and what was under way by then
   * does not take that back: it may have been asked for while the token was still good.
   */
  async #ask<T>(request: () => Promise<T>): Promise<Asked<T>> {
    const asked = await this.#send(request);
    return this.#refused === undefined ? asked : { failure: this.#refused };
  }

  async #send<T>(request: () => Promise<T>): Promise<Asked<T>> {
    if (this.#refused !== undefined) {
      return { failure: this.#refused };
    }
    try {
      return { answer: await request(), failure: undefined };
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) {
        throw error;
      }
      if (failure.kind === 'unauthorized') {
        this.#refuse(failure);
      }
      return { failure };
    }
  }
}
