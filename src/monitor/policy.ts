import type { Failure } from '../api/failure.ts';

/** How closely somebody looks: in a window with the focus, in one without, or only for notices. */
export type Attention = 'focused' | 'unfocused' | 'background';

/** What the next request waits for. All times in milliseconds. */
export interface PollSituation {
  readonly attention: Attention;
  /** How many sinks have an active backfill. */
  readonly runningSinks: number;
  /** The fast pace, `sequin.refresh.interval`; 0: by hand only. */
  readonly intervalMs: number;
  /** How long the list of all sinks took, and one sink alone; undefined while not measured. */
  readonly listMs: number | undefined;
  readonly sinkMs: number | undefined;
  /** How many sinks the list has. */
  readonly sinks: number;
  /** How long ago the list was asked for. */
  readonly sinceListMs: number;
  /** How many tries have failed since the last answer, and why the latest did. */
  readonly failures: number;
  readonly failure: Failure | undefined;
  /** 0 to 1, drawn anew for each: keeps many editors from coming back to a server at once. */
  readonly jitter: number;
}

/** Ask for all sinks, or for those alone that have an active backfill. */
export interface NextPoll {
  readonly what: 'all' | 'running';
  readonly afterMs: number;
}

/** Never more of the server's time than this. */
const shareOfServer = 0.05;
const longestDelayMs = 5 * 60_000;
/** A server may ask for more than our own longest delay, but no timer runs for a month. */
const longestRestMs = 24 * 3600_000;

/** How many times the fast pace each attention is worth, while something runs and while nothing does. */
const paces: Record<Attention, { readonly running: number; readonly idle: number }> = {
  focused: { running: 1, idle: 5 },
  unfocused: { running: 5, idle: 15 },
  background: { running: 10, idle: 30 },
};

/** What to ask for next, and after which rest; undefined: nothing, until somebody asks by hand. */
export function nextPoll(situation: PollSituation): NextPoll | undefined {
  const { attention, runningSinks, intervalMs, listMs, failures, failure, jitter } = situation;
  if (failure?.kind === 'unauthorized') {
    // A refused token does not get better by asking.
    return undefined;
  }
  if (intervalMs === 0) {
    // By hand only, but who looks for the first time has nothing to look at yet.
    const isFirst = listMs === undefined && failures === 0 && attention !== 'background';
    return isFirst ? { what: 'all', afterMs: 0 } : undefined;
  }
  if (failure !== undefined) {
    const backOff = Math.min(intervalMs * 2 ** failures, longestDelayMs) * (1 - jitter / 2);
    const asked = 'retryAfterMs' in failure ? (failure.retryAfterMs ?? 0) : 0;
    return { what: 'all', afterMs: Math.max(backOff, Math.min(asked, longestRestMs)) };
  }
  const pace = paces[attention];
  return paced(situation, intervalMs * (runningSinks > 0 ? pace.running : pace.idle));
}

/**
 * Where the list is too dear for the pace, progress comes from the running sinks alone, and the list, which
 * tells what is new, more slowly: each takes half of the server's share. Which of the two ways moves
 * progress sooner is worked out from what was measured.
 */
function paced(
  { listMs = 0, sinkMs, runningSinks, sinks, sinceListMs }: PollSituation,
  pace: number,
): NextPoll {
  const listDelay = Math.max(pace, listMs / shareOfServer);
  // Until one was measured, one sink costs what it costs in the list.
  const runningMs = (sinkMs ?? listMs / Math.max(1, sinks)) * runningSinks;
  const runningDelay = Math.max(pace, runningMs / (shareOfServer / 2));
  if (runningSinks === 0 || runningDelay >= listDelay) {
    return { what: 'all', afterMs: listDelay };
  }
  const listDue = listMs / (shareOfServer / 2) - sinceListMs;
  return listDue <= runningDelay
    ? { what: 'all', afterMs: Math.max(pace, listDue) }
    : { what: 'running', afterMs: runningDelay };
}
