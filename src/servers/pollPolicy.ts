import type { Failure } from '../model/failure.ts';

/** Polling priority: visible in a focused window, visible in an unfocused one, or background. */
export type PollPriority = 'focused' | 'unfocused' | 'background';

/** The facts that decide the next poll. All times in milliseconds. */
export interface PollContext {
  readonly priority: PollPriority;
  /** The number of sinks with an active backfill. */
  readonly runningSinkCount: number;
  /** The shortest interval, from `sequin.refresh.interval`; 0 turns automatic polling off. */
  readonly intervalMs: number;
  /** The duration of the last request for all sinks; undefined before the first. */
  readonly listDurationMs: number | undefined;
  /** The duration of the last request for one sink; undefined before the first. */
  readonly sinkDurationMs: number | undefined;
  /** The number of sinks in the list. */
  readonly sinkCount: number;
  /** The time since the list was last fetched. */
  readonly listAgeMs: number;
  /** The number of failed polls since the last successful one. */
  readonly consecutiveFailures: number;
  /** The failure of the latest poll. */
  readonly failure: Failure | undefined;
  /** A random number from 0 to 1 per poll, so that many editors don't return to a server at the same moment. */
  readonly jitter: number;
}

/** The next poll: of all sinks in one request, or of each sink with an active backfill. */
export interface NextPoll {
  readonly scope: 'all' | 'running';
  readonly delayMs: number;
}

/** The largest share of the server's time that polling may use. */
const maxServerShare = 0.05;
const maxBackoffMs = 5 * 60_000;
/** Limits the server's `Retry-After`. It may exceed {@link maxBackoffMs}, but no timer may run for a month. */
const maxRetryAfterMs = 24 * 3600_000;

/** Multiples of the shortest interval per priority, with and without a running backfill. */
const intervalFactors: Record<PollPriority, { readonly running: number; readonly idle: number }> = {
  focused: { running: 1, idle: 5 },
  unfocused: { running: 5, idle: 15 },
  background: { running: 10, idle: 30 },
};

/** Plans the next poll and its delay; undefined: none until a manual refresh. */
export function planNextPoll(context: PollContext): NextPoll | undefined {
  const { priority, runningSinkCount, intervalMs, listDurationMs, consecutiveFailures, failure, jitter } =
    context;
  if (failure?.kind === 'unauthorized') {
    // Repeating a request doesn't make the token valid.
    return undefined;
  }
  if (intervalMs === 0) {
    // A view without any data loads once, even with automatic polling off.
    const isFirstLoad =
      listDurationMs === undefined && consecutiveFailures === 0 && priority !== 'background';
    return isFirstLoad ? { scope: 'all', delayMs: 0 } : undefined;
  }
  if (failure !== undefined) {
    const backoffMs = Math.min(intervalMs * 2 ** consecutiveFailures, maxBackoffMs) * (1 - jitter / 2);
    const requestedDelayMs = 'retryAfterMs' in failure ? (failure.retryAfterMs ?? 0) : 0;
    return { scope: 'all', delayMs: Math.max(backoffMs, Math.min(requestedDelayMs, maxRetryAfterMs)) };
  }
  const factors = intervalFactors[priority];
  return planWithinBudget(context, intervalMs * (runningSinkCount > 0 ? factors.running : factors.idle));
}

/**
 * Plans within {@link maxServerShare}. If listing all sinks is too expensive for the interval, running sinks are
 * polled individually and the list, which reports new backfills, less often; each gets half the budget. The measured
 * durations decide which of the two updates progress sooner.
 */
function planWithinBudget(
  { listDurationMs = 0, sinkDurationMs, runningSinkCount, sinkCount, listAgeMs }: PollContext,
  minDelayMs: number,
): NextPoll {
  const listDelayMs = Math.max(minDelayMs, listDurationMs / maxServerShare);
  // Before the first measurement, a sink is assumed to cost its share of the list.
  const runningDurationMs = (sinkDurationMs ?? listDurationMs / Math.max(1, sinkCount)) * runningSinkCount;
  const runningDelayMs = Math.max(minDelayMs, runningDurationMs / (maxServerShare / 2));
  if (runningSinkCount === 0 || runningDelayMs >= listDelayMs) {
    return { scope: 'all', delayMs: listDelayMs };
  }
  const listDueInMs = listDurationMs / (maxServerShare / 2) - listAgeMs;
  return listDueInMs <= runningDelayMs
    ? { scope: 'all', delayMs: Math.max(minDelayMs, listDueInMs) }
    : { scope: 'running', delayMs: runningDelayMs };
}
