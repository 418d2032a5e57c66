import type { Failure } from '../api/failure.ts';

/** What the next request waits for. */
export interface PollSituation {
  /** At least one backfill is active. */
  readonly running: boolean;
  /** How long the server took for the last answer, in milliseconds. */
  readonly answerMs: number;
  /** How many tries have failed since the last answer, and why the latest did. */
  readonly failures: number;
  readonly failure: Failure | undefined;
}

const runningDelayMs = 2_000;
const idleDelayMs = 10_000;
const longestDelayMs = 5 * 60_000;
/** Never more than 5 % of the server's time. */
const shareOfServer = 0.05;

/** How long to rest before the next request, in milliseconds; undefined: until somebody asks for one. */
export function pollDelayMs({ running, answerMs, failures, failure }: PollSituation): number | undefined {
  if (failure === undefined) {
    return Math.max(running ? runningDelayMs : idleDelayMs, answerMs / shareOfServer);
  }
  if (failure.kind === 'unauthorized') {
    // Only another token helps.
    return undefined;
  }
  const asked = 'retryAfterMs' in failure ? (failure.retryAfterMs ?? 0) : 0;
  return Math.min(Math.max(runningDelayMs * 2 ** failures, asked), longestDelayMs);
}
