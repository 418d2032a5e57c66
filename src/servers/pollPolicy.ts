import type { Failure } from '../model/failure.ts';

/** How closely somebody looks: in a window with the focus, in one without, or only for notices. */
export type PollPriority = 'focused' | 'unfocused' | 'background';

/** What the next request waits for. All times in milliseconds. */
export interface PollContext {
  readonly priority: PollPriority;
  /** How many sinks have an active backfill. */
  readonly runningSinkCount: number;
  /** The fast pace, `sequin.refresh.interval`; 0: by hand only. */
  readonly intervalMs: number;
  /** How long the list of all sinks took, and one sink alone; undefined while not measured. */
  readonly listDurationMs: number | undefined;
  readonly sinkDurationMs: number | undefined;
  /** How many sinks the list has. */
  readonly sinkCount: number;
  /** How long ago the list was asked for. */
  readonly listAgeMs: number;
  /** How many tries have failed since the last answer, and why the latest did. */
  readonly consecutiveFailures: number;
  readonly failure: Failure | undefined;
  /** 0 to 1, drawn anew for each: keeps many editors from coming back to a server at once. */
  readonly jitter: number;
}

/** Ask for all sinks, or for those alone that have an active backfill. */
export interface NextPoll {
  readonly scope: 'all' | 'running';
  readonly delayMs: number;
}

/** Never more of the server's time than this. */
const maxServerShare = 0.05;
const maxBackoffMs = 5 * 60_000;
/** A server may ask for more than our own longest delay, but no timer runs for a month. */
const maxRetryAfterMs = 24 * 3600_000;

/** How many times the fast pace each attention is worth, while something runs and while nothing does. */
const intervalFactors: Record<PollPriority, { readonly running: number; readonly idle: number }> = {
  focused: { running: 1, idle: 5 },
  unfocused: { running: 5, idle: 15 },
  background: { running: 10, idle: 30 },
};

/** What to ask for next, and after which rest; undefined: nothing, until somebody asks by hand. */
export function planNextPoll(context: PollContext): NextPoll | undefined {
  const { priority, runningSinkCount, intervalMs, listDurationMs, consecutiveFailures, failure, jitter } =
    context;
  if (failure?.kind === 'unauthorized') {
    // A refused token does not get better by asking.
    return undefined;
  }
  if (intervalMs === 0) {
    // By hand only, but who looks for the first time has nothing to look at yet.
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
 * Where the list is too dear for the pace, progress comes from the running sinks alone, and the list, which
 * tells what is new, more slowly: each takes half of the server's share. Which of the two ways moves
 * progress sooner is worked out from what was measured.
 */
function planWithinBudget(
  { listDurationMs = 0, sinkDurationMs, runningSinkCount, sinkCount, listAgeMs }: PollContext,
  minDelayMs: number,
): NextPoll {
  const listDelayMs = Math.max(minDelayMs, listDurationMs / maxServerShare);
  // Until one was measured, one sink costs what it costs in the list.
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
