import { failureOf, type Failure } from '../api/failure.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import type { Backfill } from '../model/Backfill.ts';
import type { Connection } from '../model/Connection.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { pollDelayMs } from './policy.ts';
import { Poller } from './Poller.ts';
import { findBackfill, type Snapshot } from './Snapshot.ts';
import { SnapshotStore } from './SnapshotStore.ts';

/**
 * Keeps what is known of one server in step with it, for as little as it can be asked: the list of sinks
 * tells every open backfill, a history is fetched once when somebody looks at it, and a backfill that
 * left the list is asked for once, to learn how it ended. What fails is told in the snapshot's loads;
 * only a defect of ours is thrown.
 */
export class Monitor extends DisposableBase {
  readonly connection: Connection;
  readonly #api: SequinApi;
  readonly #clock: Clock;
  readonly #store = this.register(new SnapshotStore());
  readonly #poller: Poller;
  /** Ended backfills whose end cannot be read; asking again would tell no more. */
  readonly #unreadable = new Set<string>();
  #failures = 0;
  #answerMs = 0;

  readonly onDidChange = this.#store.onDidChange;

  constructor(connection: Connection, api: SequinApi, clock: Clock) {
    super();
    this.connection = connection;
    this.#api = api;
    this.#clock = clock;
    this.#poller = this.register(
      new Poller(
        (signal) => this.#poll(signal),
        () => this.#delayMs(),
        clock,
      ),
    );
  }

  get snapshot(): Snapshot {
    return this.#store.snapshot;
  }

  /** Keeps the snapshot live until the result is disposed. */
  watch(): Disposable {
    return this.#poller.watch();
  }

  /** Asks for everything again that was asked for before: the sinks, and each history that was looked at. */
  async refresh(): Promise<void> {
    this.#unreadable.clear();
    await this.#poller.pollNow();
    for (const sinkId of [...this.snapshot.historyLoads.keys()]) {
      await this.loadHistory(sinkId);
    }
  }

  /** Sees to it that there is an answer about the sinks, good or bad. */
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
    this.#store.setHistoryLoad(sinkId, { loading: true });
    const history = await this.#ask(() => this.#api.listBackfills(sinkId, { signal: this.#poller.signal }));
    if (history.failure === undefined) {
      this.#store.applyHistory(sinkId, history.answer.items, this.#clock.now());
    } else {
      this.#store.setHistoryLoad(sinkId, { loading: false, failure: history.failure });
    }
  }

  /** Asks for one backfill; returns why that failed, if it did. One that does not exist is forgotten. */
  async loadBackfill(sinkId: string, backfillId: string): Promise<Failure | undefined> {
    const asked = await this.#ask(() =>
      this.#api.getBackfill(sinkId, backfillId, { signal: this.#poller.signal }),
    );
    if (asked.failure === undefined) {
      this.#store.applyBackfill(asked.answer);
    } else if (asked.failure.kind === 'notFound') {
      this.#store.removeBackfill(sinkId, backfillId);
    }
    return asked.failure;
  }

  async #poll(signal: AbortSignal): Promise<void> {
    this.#store.setSinksLoad({ loading: true });
    const startedAt = this.#clock.now();
    const sinks = await this.#ask(() => this.#api.listSinks({ signal }));
    if (sinks.failure === undefined) {
      this.#failures = 0;
      this.#answerMs = this.#clock.now() - startedAt;
      await this.#learnEnds(this.#store.applySinks(sinks.answer.items, this.#clock.now()));
    } else {
      this.#failures += 1;
      this.#store.setSinksLoad({ loading: false, failure: sinks.failure });
    }
  }

  async #learnEnds(departed: readonly Backfill[]): Promise<void> {
    for (const { sinkId, id } of departed) {
      if (!this.#unreadable.has(id) && findBackfill(this.snapshot, sinkId, id) !== undefined) {
        const failure = await this.loadBackfill(sinkId, id);
        if (failure?.kind === 'badAnswer') {
          this.#unreadable.add(id);
        }
      }
    }
  }

  #delayMs(): number | undefined {
    const { snapshot } = this;
    const running = [...snapshot.backfills.values()].some((backfills) =>
      [...backfills.values()].some(({ state }) => state === 'active'),
    );
    return pollDelayMs({
      running,
      answerMs: this.#answerMs,
      failures: this.#failures,
      failure: snapshot.sinksLoad.failure,
    });
  }

  /** An answer, or why there is none. */
  async #ask<T>(
    request: () => Promise<T>,
  ): Promise<{ readonly answer: T; readonly failure: undefined } | { readonly failure: Failure }> {
    try {
      return { answer: await request(), failure: undefined };
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) {
        throw error;
      }
      return { failure };
    }
  }
}
