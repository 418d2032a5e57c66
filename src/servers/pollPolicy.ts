import { maxFreshAgeMs } from '../model/dataAge.ts';
import type { Failure } from '../model/failure.ts';

/**
 * The polling priority. `focused`: a view is visible in a focused window. `unfocused`: a view is visible in an
 * unfocused window. `background`: no view is visible.
 */
export type PollPriority = 'focused' | 'unfocused' | 'background';

/** The facts that determine the next polls. All times are in milliseconds. */
export interface PollContext {
  readonly priority: PollPriority;
  /** Whether the window has the focus, so that the user sees the progress in its status bar. */
  readonly isFocused: boolean;
  /** The shortest interval, from `sequin.refresh.interval`; 0 turns automatic polling off. */
  readonly intervalMs: number;
  /** The number of windows that poll the same server and share {@link maxServerFraction}. */
  readonly windowCount: number;
  /** Whether the connection has a metrics URL. If so, {@link metricsServerFraction} is reserved for metrics. */
  readonly hasMetrics?: boolean;
  /**
   * The fraction of the time for which this window keeps the server busy with the backfill lists of sinks in a view.
   */
  readonly backfillListFraction: number;
  /**
   * A random number from 0 to 1, drawn for each poll of the list. It shortens the delay before a retry by up to half,
   * but not below the interval, so that many windows don't retry at the same moment.
   */
  readonly jitter: number;
  /**
   * The list of all sinks. A failed progress poll counts as a failed request for the list, unless the list is already
   * failing.
   */
  readonly list: {
    /** The usual duration of a request for all sinks; undefined before the first request. */
    readonly costMs: number | undefined;
    /** How long the latest failed request kept the server busy: 0 in an outage, except if the request timed out. */
    readonly failedDurationMs: number;
    /** The time since the latest request ended. */
    readonly ageMs: number;
    /** The failure of the latest request. */
    readonly failure: Failure | undefined;
    /**
     * The number of failed polls in a row. A response to another request resets it after an outage (see
     * {@link isOutage}).
     */
    readonly consecutiveFailures: number;
    /** Whether a view was opened, or the window with a view got the focus, since the latest request. */
    readonly wasViewShown: boolean;
  };
  readonly progress: {
    /**
     * The number of backfills to request individually: active ones, and unfinished ones of sinks in a view. Unreadable
     * backfills don't count.
     */
    readonly backfillCount: number;
    /** The number of active backfills, including unreadable and stalled ones. */
    readonly activeCount: number;
    /** The usual duration of a request for one backfill; undefined before the first request. */
    readonly costMs: number | undefined;
    /** The time since the progress was last requested, with the list or individually. */
    readonly ageMs: number;
    /**
     * Whether the latest individual requests all failed, or one of them failed for a cause that affects all requests.
     */
    readonly isFailing: boolean;
  };
}

/**
 * The delays from now to the next polls, in milliseconds. A delay is undefined if no such poll is planned before the
 * next response or a manual refresh.
 */
export interface PollPlan {
  /** The delay until the request for the list of all sinks. The list contains all progress. */
  readonly msUntilList: number | undefined;
  /**
   * The delay until the individual requests for the backfills whose progress is shown, at most
   * {@link maxBackfillsPerPoll}.
   */
  readonly msUntilProgress: number | undefined;
}

/**
 * The polling budget: the largest fraction of the time for which polling may keep the server busy, on average. The
 * delay limits below take precedence.
 */
const maxServerFraction = 0.05;
/** The part of {@link maxServerFraction} for the metrics of a connection that has a metrics URL. */
export const metricsServerFraction = 0.01;
/** The part of {@link maxServerFraction} for the backfill lists of sinks in a view. The other polls use the rest. */
export const maxBackfillListFraction = maxServerFraction / 2;
/**
 * The largest gap between two responses with all sinks while a view shows them, in milliseconds, unless a request for
 * the list takes very long or the interval that the user configured requires a larger gap. Also the longest back-off in
 * a view.
 */
const maxVisibleGapMs = 60_000;
/**
 * The largest delay between two polls of all sinks, in milliseconds, unless the interval that the user configured
 * requires a larger one. Also the longest back-off in the background.
 */
const maxGapMs = 5 * 60_000;
/**
 * The largest delay between two polls of shown progress, in milliseconds, unless the interval that the user configured
 * requires a larger one. In a focused window with the default interval, data is then at most 10 s old even on a busy
 * server, which takes up to 2.2 s to return a single backfill; four backfills are requested at a time.
 */
const maxProgressGapMs = 5_000;
/**
 * The largest delay that the server's `Retry-After` header may request, in milliseconds. May exceed {@link maxGapMs}.
 */
const maxRetryAfterMs = 24 * 3600_000;
/** The largest number of backfills in one progress poll. If there are more, they take turns. */
export const maxBackfillsPerPoll = 50;
/** The number of concurrent requests for single sinks or backfills. */
export const maxConcurrentRequests = 4;
/**
 * The duration that is assumed for the first request for one backfill, in milliseconds: that of an idle server
 * (recording e04 in test/recordings).
 */
const assumedBackfillMs = 5;

/**
 * The factors for the shortest interval, by priority, with and without an active backfill. With the default interval,
 * new data arrives before a view would show the age of the old data.
 */
const intervalFactors: Record<PollPriority, { readonly active: number; readonly idle: number }> = {
  focused: { active: 1, idle: 5 },
  unfocused: { active: 5, idle: 14 },
  background: { active: 10, idle: 30 },
};

/** Plans the next polls of the list of sinks and of shown progress. */
export function planPolls(context: PollContext): PollPlan {
  const { priority, intervalMs, list } = context;
  if (list.failure?.kind === 'unauthorized') {
    // Requests can't succeed until the user enters another token.
    return { msUntilList: undefined, msUntilProgress: undefined };
  }
  if (intervalMs === 0) {
    // A view loads the list once per session, even with automatic polling off.
    const isFirstLoad = list.costMs === undefined && list.failure === undefined && priority !== 'background';
    return { msUntilList: isFirstLoad ? 0 : undefined, msUntilProgress: undefined };
  }
  return list.failure === undefined ? planWithinBudget(context) : planAfterFailure(context, list.failure);
}

/** Plans a retry of the list. Until the retry, the progress is polled, unless its requests fail, too. */
function planAfterFailure(context: PollContext, failure: Failure): PollPlan {
  const { list, progress } = context;
  const canPollProgress = progress.backfillCount > 0 && !progress.isFailing && !affectsAllRequests(failure);
  const [, maxProgressDelayMs] = getProgressDelayLimitsMs(context);
  return {
    msUntilList: Math.max(0, getRetryDelayMs(context, failure) - list.ageMs),
    msUntilProgress: canPollProgress ? Math.max(0, maxProgressDelayMs - progress.ageMs) : undefined,
  };
}

/**
 * Plans the polls within the budget. Prefers whichever gets the shown progress at less cost: the list or individual
 * requests.
 */
function planWithinBudget(context: PollContext): PollPlan {
  const { priority, intervalMs, list, progress } = context;
  const factors = intervalFactors[priority];
  const minDelayMs = intervalMs * (progress.activeCount > 0 ? factors.active : factors.idle);
  const fraction = getPollFraction(context);
  const getMsUntilList = (delayMs: number): number => Math.max(0, delayMs - list.ageMs);
  const getMsUntilProgress = (delayMs: number): number => Math.max(0, delayMs - progress.ageMs);

  const listCostMs = list.costMs ?? 0;
  const progressCostMs =
    Math.min(progress.backfillCount, maxBackfillsPerPoll) * (progress.costMs ?? assumedBackfillMs);
  const [minProgressDelayMs, maxProgressDelayMs] = getProgressDelayLimitsMs(context);
  // If the data is so old that an opened view shows the data's age, the data is refreshed soon.
  const shouldRefreshSoon = list.wasViewShown && list.ageMs >= maxFreshAgeMs;
  const maxListDelayMs =
    priority === 'background' ? maxGapMs : Math.max(maxVisibleGapMs / 2, maxVisibleGapMs - listCostMs);
  const limitListDelay = (delayMs: number): number =>
    shouldRefreshSoon ? intervalMs : Math.max(minDelayMs, Math.min(delayMs, maxListDelayMs));
  if (progress.backfillCount === 0) {
    return { msUntilList: getMsUntilList(limitListDelay(listCostMs / fraction)), msUntilProgress: undefined };
  }
  // Whether polling the list at its usual interval is within the budget, and frequent enough for the progress.
  const isListSufficient = listCostMs / fraction <= minDelayMs && minDelayMs <= maxProgressDelayMs;
  if (isListSufficient || listCostMs <= progressCostMs) {
    // The list contains all progress. Individual requests are sent only while the list is late.
    const listDelayMs = isListSufficient
      ? minDelayMs
      : Math.max(minProgressDelayMs, Math.min(listCostMs / fraction, 0.75 * maxProgressDelayMs));
    return {
      msUntilList: getMsUntilList(listDelayMs),
      msUntilProgress: getMsUntilProgress(Math.max(maxProgressDelayMs, 1.5 * listDelayMs)),
    };
  }
  const listDelayMs = limitListDelay(listCostMs / (fraction / 2));
  // A slow list exceeds its half of the budget, because a view needs it every minute. Less is then left for the
  // progress, but always enough for a few backfills.
  const progressFraction = Math.max(fraction / 10, fraction - listCostMs / listDelayMs);
  const progressDelayMs = Math.max(
    minProgressDelayMs,
    Math.min(progressCostMs / progressFraction, maxProgressDelayMs),
  );
  return {
    msUntilList: getMsUntilList(listDelayMs),
    msUntilProgress: progress.isFailing ? undefined : getMsUntilProgress(progressDelayMs),
  };
}

/**
 * The fraction of the time for which the list and the progress may keep the server busy: this window's share of the
 * budget, without the parts for metrics and backfill lists.
 */
function getPollFraction({ windowCount, hasMetrics = false, backfillListFraction }: PollContext): number {
  return (
    (maxServerFraction - (hasMetrics ? metricsServerFraction : 0)) / windowCount -
    Math.min(backfillListFraction, maxBackfillListFraction / windowCount)
  );
}

/** Returns the limits of the delay between two polls of shown progress, in milliseconds. */
function getProgressDelayLimitsMs({
  priority,
  isFocused,
  intervalMs,
  progress,
}: PollContext): readonly [min: number, max: number] {
  // A poll every 5 s is enough for the status bar of a focused window without a view, and for a view that shows only
  // paused backfills.
  const min =
    isFocused && (priority === 'background' || progress.activeCount === 0)
      ? Math.max(intervalMs, maxProgressGapMs)
      : intervalMs * intervalFactors[priority].active;
  return [min, Math.max(min, maxProgressGapMs)];
}

/**
 * Returns the delay before the list is requested again after a failure, in milliseconds. The back-off grows
 * exponentially, or is proportional to how long the failed request kept the server busy (after a timeout: the time
 * limit), whichever is longer. There is no back-off if a view was opened after the failure, or the window with a view
 * got the focus. The delay is never shorter than the interval that the user configured, or than the delay that the
 * server requests, of which at most 24 h count.
 */
function getRetryDelayMs(
  { priority, intervalMs, windowCount, jitter, list }: PollContext,
  failure: Failure,
): number {
  const maxDelayMs = priority === 'background' ? maxGapMs : maxVisibleGapMs;
  const backoffMs = Math.max(
    intervalMs * 2 ** list.consecutiveFailures,
    (list.failedDurationMs * windowCount) / maxServerFraction,
  );
  const requestedDelayMs = 'retryAfterMs' in failure ? (failure.retryAfterMs ?? 0) : 0;
  const delayMs = list.wasViewShown ? 0 : Math.min(backoffMs, maxDelayMs) * (1 - jitter / 2);
  return Math.max(intervalMs, delayMs, Math.min(requestedDelayMs, maxRetryAfterMs));
}

/** Whether the cause of a failure affects every request, not only an expensive one. */
export function affectsAllRequests(failure: Failure): boolean {
  return ['network', 'tls', 'rateLimited', 'cancelled'].includes(failure.kind);
}

/**
 * Whether a failure means that the server is unavailable. A response to any other request then shows that the cause is
 * gone.
 */
export function isOutage(failure: Failure): boolean {
  return (
    ['network', 'tls', 'timeout'].includes(failure.kind) ||
    (failure.kind === 'server' &&
      [502, 503, 504].includes(failure.status) &&
      failure.retryAfterMs === undefined)
  );
}

/**
 * Whether a request with this outcome kept the server busy. In an outage other than a timeout, the HTTP client mostly
 * waits between its attempts.
 */
export function keepsServerBusy(failure: Failure | undefined): boolean {
  return failure === undefined || !isOutage(failure) || failure.kind === 'timeout';
}

/** The shortest time limit of a request for the list, in milliseconds. */
const minListTimeoutMs = 20_000;
/**
 * The longest time limit of a request for the list, in milliseconds. With Redis down, a server took 27 s to list 18
 * sinks (recording n03).
 */
const maxListTimeoutMs = 60_000;

/**
 * Returns the time limit of a request for the list, in milliseconds: twice the duration of the slowest of the latest
 * requests, within limits. So the time limit doubles after each timeout. Without a time limit, a request would never
 * end if a suspended machine or a VPN silently dropped its connection.
 */
export function getListTimeoutMs(slowestMs: number | undefined): number {
  return Math.min(maxListTimeoutMs, Math.max(minListTimeoutMs, 2 * (slowestMs ?? maxListTimeoutMs)));
}
