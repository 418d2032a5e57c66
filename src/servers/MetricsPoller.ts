import type { FetchMetrics } from '../api/createMetricsFetch.ts';
import { isUnfinished } from '../model/Backfill.ts';
import {
  addDeliverySample,
  type Deliveries,
  type DeliverySample,
  noDeliveries,
} from '../model/deliveries/deliveries.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { CostEstimate } from './CostEstimate.ts';
import type { MonitorContext } from './MonitorContext.ts';
import { Poller } from './Poller.ts';
import { metricsServerFraction } from './pollPolicy.ts';
import { getAllBackfills } from './Snapshot.ts';

/** Where metrics are fetched from. Views show `url`. Counters from different URLs can't be compared. */
export interface PolledSource {
  readonly url: string;
  readonly fetch: FetchMetrics;
}

/**
 * The shortest time between two requests by priority, in milliseconds, unless the interval that the user configured is
 * longer.
 */
const priorityIntervalsMs = { focused: 5_000, unfocused: 10_000, background: 20_000 } as const;
/**
 * The shortest time between two requests after a backfill has started, in milliseconds, even if the interval that the
 * user configured is longer: the deliveries of the backfill are counted only from the next response on.
 */
const startIntervalMs = 1_000;
/** The delay after the first failure, in milliseconds. Each further failure doubles it. */
const minRetryDelayMs = 30_000;
/**
 * The longest time between two requests, in milliseconds, unless the interval that the user configured is longer.
 * Limits the delay if the machine slept during a request, because the delay depends on the duration of requests.
 */
const maxDelayMs = 10 * 60_000;

/**
 * Polls Sequin's metrics from one source while a backfill is active, and then until its deliveries are final. Doesn't
 * poll while nothing in this window watches the server.
 */
export class MetricsPoller extends DisposableBase {
  readonly #context: MonitorContext;
  readonly #source: PolledSource;
  readonly #poller: Poller;
  readonly #cost = new CostEstimate();
  /** The monotonic time at which the latest request ended. */
  #endedAt = Number.NEGATIVE_INFINITY;
  #consecutiveFailures = 0;

  /** Removes the deliveries from the snapshot if they were counted from the metrics of another URL. */
  constructor(context: MonitorContext, source: PolledSource) {
    super();
    this.#context = context;
    this.#source = source;
    const { store, clock } = context;
    this.#poller = this.register(
      new Poller({ poll: () => this.#poll(), plan: () => this.#planDelayMs(), clock }),
    );
    this.register(
      store.onDidChange(() => {
        this.reschedule();
      }),
    );
    const { url } = source;
    const previous = store.snapshot.metrics;
    const deliveries = previous?.url === url ? previous.deliveries : noDeliveries;
    store.setMetrics({ url, failure: undefined, deliveries });
  }

  /** Plans the next request again, after a change that may affect it. */
  reschedule(): void {
    this.#poller.reschedule();
  }

  /** Returns the delay from now to the next request, in milliseconds; undefined if none is planned. */
  #planDelayMs(): number | undefined {
    const { store, clock, watchers, countWindows, intervalMs } = this.#context;
    const { priority } = watchers;
    const minIntervalMs = intervalMs();
    if (priority === undefined || minIntervalMs === 0) {
      return undefined;
    }
    const { isNeeded, isUrgent } = this.#getDemand();
    const failure = store.snapshot.metrics?.failure;
    // Requests can't succeed until the user changes the password, which creates another poller.
    if (!isNeeded || failure?.kind === 'unauthorized') {
      return undefined;
    }
    const budgetMs = ((this.#cost.usualMs ?? 0) * countWindows()) / metricsServerFraction;
    const delayMs =
      failure === undefined
        ? Math.max(isUrgent ? startIntervalMs : priorityIntervalsMs[priority], budgetMs)
        : minRetryDelayMs * 2 ** (this.#consecutiveFailures - 1);
    const minDelayMs = isUrgent && failure === undefined ? 0 : minIntervalMs;
    const dueAt = this.#endedAt + Math.max(minDelayMs, Math.min(delayMs, maxDelayMs));
    return Math.max(0, dueAt - clock.monotonicNow());
  }

  /**
   * Returns whether a request is needed, because a backfill is active or the deliveries of a finished one aren't final,
   * and whether the request is urgent, because the deliveries of an active backfill aren't counted yet.
   */
  #getDemand(): { readonly isNeeded: boolean; readonly isUrgent: boolean } {
    const { snapshot } = this.#context.store;
    const all = getAllBackfills(snapshot);
    const active = all.filter(({ state }) => state === 'active');
    const countedDeliveries = snapshot.metrics?.deliveries.ofBackfills;
    const isFinalCountMissing = all.some(
      (backfill) => !isUnfinished(backfill) && countedDeliveries?.get(backfill.id)?.isFinal === false,
    );
    return {
      isNeeded: active.length > 0 || isFinalCountMissing,
      isUrgent: active.some(({ id }) => countedDeliveries?.has(id) !== true),
    };
  }

  async #poll(): Promise<void> {
    const { store, clock, sender, signal } = this.#context;
    const requestedAt = clock.now();
    const startedAt = clock.monotonicNow();
    let deliveries = store.snapshot.metrics?.deliveries ?? noDeliveries;
    const failure = await sender.catchFailure(async () => {
      const counters = await this.#source.fetch({ signal });
      deliveries = this.#addSample(deliveries, { at: requestedAt, counters });
      return undefined;
    });
    if (this.isDisposed) {
      return;
    }
    this.#endedAt = clock.monotonicNow();
    if (failure === undefined) {
      this.#cost.add(this.#endedAt - startedAt);
      this.#consecutiveFailures = 0;
    } else {
      this.#consecutiveFailures += 1;
    }
    store.setMetrics({ url: this.#source.url, failure, deliveries });
  }

  #addSample(deliveries: Deliveries, sample: DeliverySample): Deliveries {
    const { snapshot } = this.#context.store;
    return addDeliverySample(deliveries, sample, {
      sinkIds: snapshot.sinks,
      backfills: getAllBackfills(snapshot),
      chartedIds: snapshot.progressHistories,
      clockSkewMs: snapshot.clockSkewMs,
    });
  }
}
