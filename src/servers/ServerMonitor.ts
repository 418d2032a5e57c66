import type { SequinApi } from '../api/SequinApi.ts';
import type { Backfill } from '../model/Backfill.ts';
import type { ChangeAction } from '../model/backfillActions.ts';
import type { ConfigPlan } from '../model/ConfigPlan.ts';
import type { Connection } from '../model/Connection.ts';
import { isFresh } from '../model/dataAge.ts';
import type { Failure } from '../model/failure.ts';
import type { Sink } from '../model/Sink.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import type { Clock } from '../shared/clock.ts';
import { type Disposable, DisposableBase, MutableDisposable } from '../shared/lifecycle.ts';
import { BackfillLists } from './BackfillLists.ts';
import { BackfillReader } from './BackfillReader.ts';
import { changeBackfill, createBackfill } from './backfillWrites.ts';
import { changeSink } from './changeSink.ts';
import { Databases } from './Databases.ts';
import { MetricsPoller, type PolledSource } from './MetricsPoller.ts';
import type { MonitorContext } from './MonitorContext.ts';
import { isOutage } from './pollPolicy.ts';
import { QueueRunner, type QueueStorage } from './QueueRunner.ts';
import { type RequestResult, RequestSender } from './RequestSender.ts';
import { ServerPolls } from './ServerPolls.ts';
import { getShownLoad, type Snapshot } from './Snapshot.ts';
import { SnapshotStore } from './SnapshotStore.ts';
import { type ListShownSinks, Watchers, type WatchKind } from './Watchers.ts';
import { type WriteOutcome, WriteSender } from './WriteSender.ts';

export interface ServerMonitorOptions {
  readonly connection: Connection;
  readonly api: SequinApi;
  readonly clock: Clock;
  /** Returns the shortest polling interval in milliseconds; 0 turns automatic polling off. */
  readonly intervalMs: () => number;
  /** The snapshot of the last session. */
  readonly snapshot?: Snapshot | undefined;
  /** Where the queue is saved. Default: in memory. */
  readonly queueStorage?: QueueStorage | undefined;
  /** Returns the number of windows that poll this server, this one included. Default: 1. */
  readonly countWindows?: () => number;
  /** Returns a number from 0 to 1 for the jitter. */
  readonly random?: () => number;
  /**
   * Receives errors in the handling of responses, which are defects of the extension. Each one also appears as an
   * `internal` failure in the snapshot.
   */
  readonly onInternalError?: ((error: unknown) => void) | undefined;
}

/** The parts of a monitor that views render from. */
export type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'>;

/**
 * Keeps the snapshot of one server up to date with few requests. The list of sinks contains every unfinished backfill;
 * while requests for the list are too slow, the shown progress comes from requests for single backfills. The backfill
 * list of a sink is fetched when a view first needs it, and refreshed while a view shows it. A backfill that the list
 * of sinks no longer contains is fetched once for its final state. If a server is too old to list unfinished backfills,
 * each known one is fetched individually.
 *
 * Failed requests and defects of the extension appear as failures in the load states of the snapshot.
 */
export class ServerMonitor extends DisposableBase {
  #connection: Connection;
  readonly #context: MonitorContext;
  readonly #store: SnapshotStore;
  readonly #lifetime = new AbortController();
  readonly #sender: RequestSender;
  readonly #reader: BackfillReader;
  readonly #writeSender: WriteSender;
  readonly #polls: ServerPolls;
  /** Polls the metrics URL of the connection; undefined if it has none. */
  readonly #metrics = this.register(new MutableDisposable<MetricsPoller>());
  readonly backfillLists: BackfillLists;
  readonly databases: Databases;
  /** Runs the queue of the connection. */
  readonly queue: QueueRunner;
  /** The monotonic time at which the monitor was created. */
  readonly createdAt: number;

  constructor({ connection, snapshot, ...options }: ServerMonitorOptions) {
    super();
    this.#connection = connection;
    this.createdAt = options.clock.monotonicNow();
    this.#store = this.register(new SnapshotStore(snapshot));
    this.#sender = this.#createSender(options.onInternalError);
    const context: MonitorContext = {
      countWindows: () => 1,
      ...options,
      store: this.#store,
      sender: this.#sender,
      watchers: new Watchers(),
      signal: this.#lifetime.signal,
    };
    this.#context = context;
    this.#reader = new BackfillReader(context);
    this.backfillLists = this.register(
      new BackfillLists(context, () => {
        this.reschedule();
      }),
    );
    this.databases = new Databases(context);
    this.#writeSender = this.register(new WriteSender(context));
    this.#polls = this.register(
      new ServerPolls({
        ...context,
        reader: this.#reader,
        backfillLists: this.backfillLists,
        databases: this.databases,
        random: options.random ?? Math.random,
      }),
    );
    this.queue = this.register(
      new QueueRunner({
        store: this.#store,
        clock: options.clock,
        storage: options.queueStorage,
        resume: (backfill) => this.changeBackfill(backfill, 'resume'),
        fetch: (sinkId, backfillId) => this.loadBackfill(sinkId, backfillId),
        watch: () => this.watch('background'),
      }),
    );
  }

  #createSender(onInternalError: ServerMonitorOptions['onInternalError']): RequestSender {
    return new RequestSender({
      onResponse: () => {
        this.#polls.endBackoff();
      },
      onTokenRejected: (failure) => {
        this.#polls.handleTokenRejected(failure);
        this.reschedule();
      },
      onInternalError,
    });
  }

  override dispose(): void {
    this.#lifetime.abort();
    super.dispose();
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

  get onDidChangeWrite(): WriteSender['onDidChangeWrite'] {
    return this.#writeSender.onDidChangeWrite;
  }

  get snapshot(): Snapshot {
    return this.#store.snapshot;
  }

  /** The numbers of entries kept outside the snapshot, to check memory use. */
  get retainedCounts(): Readonly<Record<string, number>> {
    return {
      requests: this.#store.rememberedRequestCount,
      unreadable: this.#reader.unreadableCount,
      pendingLists: this.backfillLists.pendingCount,
    };
  }

  /** The current time of the server's clock, in milliseconds since the epoch, as estimated from its responses. */
  get serverNow(): number {
    return this.#context.clock.now() + this.snapshot.clockSkewMs;
  }

  /**
   * Keeps the snapshot up to date until the result is disposed.
   * @param listShownSinks returns the ids of the sinks whose backfills the view shows; the backfill lists of these
   * sinks are loaded and refreshed
   */
  watch(kind: WatchKind, listShownSinks: ListShownSinks = () => []): Disposable {
    const watch = this.#context.watchers.add(kind, listShownSinks, () => {
      this.reschedule();
    });
    if (kind === 'view') {
      this.#handleViewShown();
    } else {
      this.reschedule();
    }
    return watch;
  }

  /**
   * Sets whether the window has the focus. Without the focus, polling is slower. If a view is visible when the window
   * gets the focus, old data is refreshed soon.
   */
  setFocused(focused: boolean): void {
    const { watchers } = this.#context;
    if (focused === watchers.isFocused) {
      return;
    }
    watchers.isFocused = focused;
    if (watchers.priority === 'focused') {
      this.#handleViewShown();
    } else {
      this.reschedule();
    }
  }

  /** Removes the unreported ends from the snapshot, after they were reported or because they need no report. */
  clearUnreportedEnds(): void {
    this.#store.clearUnreportedEnds();
  }

  /** Plans the next polls again, after a change that may affect them, such as a new interval. */
  reschedule(): void {
    this.#polls.reschedule();
    this.backfillLists.reschedule();
    this.#metrics.value?.reschedule();
  }

  /**
   * Reloads the sinks, then the databases and, one after the other, the backfill lists that were requested before. In
   * an outage, requests only the sinks, because each further request would fail only after its own retries or time
   * limit.
   */
  async refresh(): Promise<void> {
    this.#reader.retryUnreadable();
    this.#sender.unblock();
    await this.#polls.pollList();
    const { failure } = this.snapshot.sinksLoad;
    if (failure !== undefined && isOutage(failure)) {
      return;
    }
    const databases = this.#sender.tokenFailure === undefined ? this.databases.reload() : undefined;
    await Promise.all([databases, this.#reloadBackfillLists()]);
  }

  /** Loads the sinks unless they are loaded or have failed to load. */
  async ensureSinks(): Promise<void> {
    const { loadedAt, failure } = this.snapshot.sinksLoad;
    if (loadedAt === undefined && failure === undefined) {
      await this.#polls.pollList();
    }
  }

  /** Loads the sinks unless they have failed to load, or are so recent that views don't show their age. */
  async ensureCurrentSinks(): Promise<void> {
    const { failure, loadedAt = 0, fromCache } = getShownLoad(this.snapshot);
    const isCurrent = fromCache !== true && isFresh(loadedAt, this.#context.clock.now());
    if (failure === undefined && !isCurrent) {
      await this.#polls.pollList();
    }
  }

  /** Fetches one backfill and returns the failure, if any. Removes the backfill if it doesn't exist on the server. */
  async loadBackfill(sinkId: string, backfillId: string): Promise<Failure | undefined> {
    return this.#reader.fetch(sinkId, backfillId);
  }

  /**
   * Pauses, resumes or cancels a backfill. Sends nothing and returns undefined while another write to the backfill
   * blocks this one.
   */
  async changeBackfill(backfill: Backfill, change: ChangeAction): Promise<WriteOutcome | undefined> {
    return this.#write(() => changeBackfill(this.#context, this.#writeSender, backfill, change));
  }

  /**
   * Creates a backfill of a table. Sends nothing and returns undefined while an earlier request for the same sink and
   * table blocks this one.
   */
  async createBackfill(
    sinkId: string,
    table: string,
    state: 'active' | 'paused',
  ): Promise<WriteOutcome | undefined> {
    return this.#write(() => createBackfill(this.#context, this.#writeSender, sinkId, table, state));
  }

  /**
   * Changes the status of a sink unless the sink already has the target status. Sends nothing and returns undefined
   * while another write to the sink blocks this one.
   */
  async changeSink(sinkId: string, action: SinkAction): Promise<WriteOutcome<Sink> | undefined> {
    return this.#write(() => changeSink(this.#context, this.#writeSender, sinkId, action));
  }

  /** Sets the source of the metrics to poll; undefined if the connection has no metrics URL. */
  setMetricsSource(source: PolledSource | undefined): void {
    this.#metrics.value = source && new MetricsPoller(this.#context, source);
    if (source === undefined) {
      this.#store.setMetrics(undefined);
    }
  }

  /** Has the server compare a resolved configuration with the account's current configuration. */
  async planConfig(yaml: string): Promise<RequestResult<ConfigPlan>> {
    const { api, signal } = this.#context;
    return this.#sender.send(() => api.planConfig(yaml, { signal }));
  }

  /**
   * Has the server apply a resolved configuration. If the response is lost, it is unknown whether the server applied
   * the configuration.
   */
  async applyConfig(yaml: string): Promise<RequestResult<void>> {
    return this.#sender.send(() => this.#context.api.applyConfig(yaml));
  }

  /** Fetches the configuration of the account as YAML, with masked secrets. */
  async exportConfig(): Promise<RequestResult<string>> {
    const { api, signal } = this.#context;
    return this.#sender.send(() => api.exportConfig({ signal }));
  }

  /** Resolves when the writes with these keys (see `getWriteKey`) have ended and no longer block the next ones. */
  async waitForPendingWrites(keys: readonly string[]): Promise<void> {
    await this.#writeSender.waitForPendingWrites(keys);
  }

  async #reloadBackfillLists(): Promise<void> {
    for (const sinkId of [...this.snapshot.backfillListLoads.keys()]) {
      await this.backfillLists.load(sinkId);
    }
  }

  /**
   * Called when a view is opened or the window with a view gets the focus. Refreshes old data soon, or retries soon
   * after a failure.
   */
  #handleViewShown(): void {
    this.#polls.handleViewShown();
    this.reschedule();
  }

  /** Performs a write. The outcome may end the back-off, or show that the server rejects the token. */
  async #write<T>(write: () => Promise<WriteOutcome<T> | undefined>): Promise<WriteOutcome<T> | undefined> {
    const { unblockCount } = this.#sender;
    const outcome = await write();
    if (outcome?.kind === 'done') {
      this.#polls.endBackoff();
    } else if (outcome !== undefined) {
      this.#sender.handleFailure(outcome.failure, unblockCount);
    }
    // The write may have started a backfill, which shortens the polling interval.
    this.reschedule();
    return outcome;
  }
}
