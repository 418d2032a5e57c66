import type { SinkListing } from '../api/SequinApi.ts';
import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import { isFresh, maxFreshAgeMs } from '../model/dataAge.ts';
import type { Failure } from '../model/failure.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import type { BackfillLists } from './BackfillLists.ts';
import type { BackfillReader } from './BackfillReader.ts';
import { CostEstimate } from './CostEstimate.ts';
import type { Databases } from './Databases.ts';
import { fetchSinks } from './fetchSinks.ts';
import type { MonitorContext } from './MonitorContext.ts';
import { Poller } from './Poller.ts';
import {
  affectsAllRequests,
  getListTimeoutMs,
  isOutage,
  keepsServerBusy,
  maxBackfillsPerPoll,
  planPolls,
  type PollPlan,
} from './pollPolicy.ts';
import { getAllBackfills, getShownLoad, type Snapshot } from './Snapshot.ts';

interface ServerPollsOptions extends MonitorContext {
  readonly reader: BackfillReader;
  readonly backfillLists: BackfillLists;
  readonly databases: Databases;
  /** Returns a number from 0 to 1 for the jitter. */
  readonly random: () => number;
}

/**
 * Polls one server as `pollPolicy.ts` plans it: the list of sinks, and the single backfills whose progress is shown.
 * The polls are independent, so that a slow list doesn't delay the progress.
 */
export class ServerPolls extends DisposableBase {
  readonly #options: ServerPollsOptions;
  readonly #listPoller: Poller;
  readonly #progressPoller: Poller;
  /** Fires a change event, without a request, when the data becomes so old that views show its age. */
  readonly #ageTimer: Poller;
  readonly #listCost = new CostEstimate();
  #consecutiveFailures = 0;
  /** How long the latest failed poll kept the server busy, in milliseconds. */
  #failedDurationMs = 0;
  /** The monotonic time at which the latest request for the list ended. */
  #listEndedAt = Number.NEGATIVE_INFINITY;
  /** The monotonic time at which progress was last requested, with the list or individually. */
  #progressRequestedAt = Number.NEGATIVE_INFINITY;
  /** Whether the latest individual requests all failed, or one of them failed for a cause that affects all requests. */
  #isProgressFailing = false;
  /** Whether a view was opened, or the window with a view got the focus, since the latest request for the list. */
  #wasViewShown = false;
  /** Whether the next successful poll also fetches the version. True at first and after each failure. */
  #shouldFetchVersion = true;
  /** A random number from 0 to 1 for the latest poll of the list. */
  #jitter: number;

  constructor(options: ServerPollsOptions) {
    super();
    this.#options = options;
    this.#jitter = options.random();
    const { store, clock } = options;
    this.#listPoller = this.register(
      new Poller({
        poll: async () => {
          await this.#tryPoll(() => this.#pollList());
          this.#listEndedAt = clock.monotonicNow();
          this.#progressPoller.reschedule();
          options.backfillLists.reschedule();
        },
        plan: () => this.#plan()?.msUntilList,
        onScheduled: (retryAt) => {
          // Views show the time of the next attempt only after a failure.
          if (
            this.#snapshot.sinksLoad.failure !== undefined &&
            this.#snapshot.sinksLoad.retryAt !== retryAt
          ) {
            store.setSinksLoad({ retryAt });
          }
        },
        clock,
      }),
    );
    this.#progressPoller = this.register(
      new Poller({
        poll: () => this.#tryPoll(() => this.#pollProgress()),
        plan: () => this.#plan()?.msUntilProgress,
        clock,
      }),
    );
    this.#ageTimer = this.register(
      new Poller({
        poll: () => {
          // An empty change only fires the event.
          store.setSinksLoad({});
        },
        plan: () => this.#planAge(),
        clock,
      }),
    );
  }

  /** Requests the list now, or joins the pending request. */
  async pollList(): Promise<void> {
    await this.#listPoller.pollNow();
  }

  /** Plans the next polls again, after a change that may affect them. */
  reschedule(): void {
    this.#listPoller.reschedule();
    this.#progressPoller.reschedule();
    this.#ageTimer.reschedule();
  }

  /**
   * Records that a view was opened or the window with a view got the focus. The next plan refreshes old data soon, or
   * retries soon after a failure.
   */
  handleViewShown(): void {
    this.#wasViewShown = true;
  }

  /**
   * Retries the list soon if it failed in an outage. Called after every successful response, which shows that the
   * outage is over.
   */
  endBackoff(): void {
    const { failure } = this.#snapshot.sinksLoad;
    if (this.#consecutiveFailures > 0 && failure !== undefined && isOutage(failure)) {
      this.#consecutiveFailures = 0;
      this.#listPoller.reschedule();
    }
  }

  /** Records the rejection of the token as the failure of the sinks. From then on, no poll is planned. */
  handleTokenRejected(failure: Failure): void {
    this.#shouldFetchVersion = true;
    this.#options.store.setSinksLoad({ loading: false, failure, retryAt: undefined });
  }

  get #snapshot(): Snapshot {
    return this.#options.store.snapshot;
  }

  async #pollList(): Promise<Failure | undefined> {
    const { store, clock, sender, random } = this.#options;
    if (sender.tokenFailure !== undefined) {
      return undefined;
    }
    this.#wasViewShown = false;
    this.#jitter = random();
    store.startSinksLoad();
    const request = {
      order: store.startRequest(),
      requestedAt: clock.now(),
      startedAt: clock.monotonicNow(),
    };
    const result = await fetchSinks(this.#options, getListTimeoutMs(this.#listCost.slowestMs));
    let durationMs = this.#getAgeMs(request.startedAt);
    if (result.failure === undefined) {
      await this.#applyList(result.value, request);
      if (result.value.items.some(({ unfinishedBackfills }) => unfinishedBackfills === undefined)) {
        // On an old server, each poll of the list needs the individual requests, so its duration includes theirs.
        durationMs = this.#getAgeMs(request.startedAt);
      }
    }
    if (keepsServerBusy(result.failure)) {
      this.#listCost.add(durationMs);
    }
    return result.failure;
  }

  /**
   * Applies the list of sinks, and fetches the unfinished backfills that it doesn't contain. `requestedAt` is the local
   * time of the request, `startedAt` the monotonic time.
   */
  async #applyList(
    listing: SinkListing,
    {
      order,
      requestedAt,
      startedAt,
    }: { readonly order: number; readonly requestedAt: number; readonly startedAt: number },
  ): Promise<void> {
    const { store, clock, reader, databases } = this.#options;
    this.#consecutiveFailures = 0;
    const isReconnected = this.#shouldFetchVersion;
    if (isReconnected) {
      this.#shouldFetchVersion = false;
      void this.#fetchVersion();
    }
    const unlistedBackfills = store.applySinks(listing, clock.now(), order, requestedAt);
    databases.handleSinkList(isReconnected);
    reader.forgetRemoved();
    this.#handleProgress(startedAt);
    await reader.fetchEach(unlistedBackfills);
  }

  /** Fetches backfills whose progress is shown: those in a view first, then those with the oldest progress. */
  async #pollProgress(): Promise<Failure | undefined> {
    const { clock, reader, watchers } = this.#options;
    const { receiptTimes } = this.#snapshot;
    const { shownSinkIds } = watchers;
    const isInView = ({ sinkId }: Backfill): boolean => shownSinkIds.has(sinkId);
    const getReceiptTime = ({ id }: Backfill): number => receiptTimes.get(id) ?? 0;
    const backfills = this.#listShownProgress()
      .filter(({ id }) => !reader.isUnreadable(id))
      .sort((a, b) => Number(isInView(b)) - Number(isInView(a)) || getReceiptTime(a) - getReceiptTime(b))
      .slice(0, maxBackfillsPerPoll);
    const startedAt = clock.monotonicNow();
    this.#progressRequestedAt = startedAt;
    const failures = await reader.fetchEach(backfills);
    // A single failure may affect one backfill only.
    const failure =
      failures.find(affectsAllRequests) ?? (failures.length === backfills.length ? failures[0] : undefined);
    this.#isProgressFailing = failure !== undefined;
    if (failure === undefined) {
      this.#handleProgress(startedAt);
    }
    return this.#snapshot.sinksLoad.failure === undefined ? failure : undefined;
  }

  /** Fetches the server's version. The server may have been upgraded while it was unreachable. */
  async #fetchVersion(): Promise<void> {
    const { api, store, sender, signal } = this.#options;
    const result = await sender.send(() => api.getVersion({ signal }));
    if (result.failure === undefined) {
      store.setVersion(result.value);
    } else {
      this.#shouldFetchVersion = true;
    }
  }

  /** Polls, and records a failure, which delays the next request for the list. */
  async #tryPoll(poll: () => Promise<Failure | undefined>): Promise<void> {
    const { sender, clock, store } = this.#options;
    const startedAt = clock.monotonicNow();
    const failure = await sender.catchFailure(poll);
    if (failure === undefined) {
      return;
    }
    this.#consecutiveFailures += 1;
    this.#failedDurationMs = keepsServerBusy(failure) ? this.#getAgeMs(startedAt) : 0;
    this.#listEndedAt = clock.monotonicNow();
    this.#shouldFetchVersion = true;
    // After a rejected token, the snapshot already has this failure.
    if (failure !== sender.tokenFailure) {
      store.setSinksLoad({ loading: false, failure });
    }
    this.#listPoller.reschedule();
  }

  /** Handles the arrival of progress that was requested at a monotonic time. */
  #handleProgress(requestedAt: number): void {
    this.#isProgressFailing = false;
    this.#progressRequestedAt = Math.max(this.#progressRequestedAt, requestedAt);
    this.#ageTimer.reschedule();
  }

  /** Returns the milliseconds since a monotonic time. */
  #getAgeMs(time: number): number {
    return this.#options.clock.monotonicNow() - time;
  }

  /**
   * Lists the backfills whose progress is shown: active ones (in the status bar), and unfinished ones of sinks in a
   * view.
   */
  #listShownProgress(): Backfill[] {
    const { shownSinkIds } = this.#options.watchers;
    return getAllBackfills(this.#snapshot).filter(
      (backfill) =>
        backfill.state === 'active' || (isUnfinished(backfill) && shownSinkIds.has(backfill.sinkId)),
    );
  }

  #plan(): PollPlan | undefined {
    const { reader, backfillLists, watchers, intervalMs, countWindows } = this.#options;
    const { priority, isFocused } = watchers;
    if (priority === undefined) {
      return undefined;
    }
    const shownBackfills = this.#listShownProgress();
    return planPolls({
      priority,
      isFocused,
      intervalMs: intervalMs(),
      windowCount: countWindows(),
      hasMetrics: this.#snapshot.metrics !== undefined,
      backfillListFraction: backfillLists.serverFraction,
      jitter: this.#jitter,
      list: {
        costMs: this.#listCost.usualMs,
        failedDurationMs: this.#failedDurationMs,
        ageMs: this.#getAgeMs(this.#listEndedAt),
        failure: this.#snapshot.sinksLoad.failure,
        consecutiveFailures: this.#consecutiveFailures,
        wasViewShown: this.#wasViewShown,
      },
      progress: {
        backfillCount: shownBackfills.filter(({ id }) => !reader.isUnreadable(id)).length,
        activeCount: shownBackfills.filter(({ state }) => state === 'active').length,
        costMs: reader.cost.usualMs,
        ageMs: this.#getAgeMs(this.#progressRequestedAt),
        isFailing: this.#isProgressFailing,
      },
    });
  }

  /** Returns the milliseconds until views show the age of the data; undefined if they already show it or never will. */
  #planAge(): number | undefined {
    const { watchers, sender, clock } = this.#options;
    const { loadedAt = 0 } = getShownLoad(this.#snapshot);
    const isShown = watchers.priority !== undefined && sender.tokenFailure === undefined;
    return isShown && isFresh(loadedAt, clock.now()) ? loadedAt + maxFreshAgeMs - clock.now() : undefined;
  }
}
