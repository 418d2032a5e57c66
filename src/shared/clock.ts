/** Time and timers, which tests can replace. All times and durations are in milliseconds. */
export interface Clock {
  /** The time since the epoch, to be shown, saved, or compared with other such times. It may be set at any time. */
  now(): number;
  /** A time that never decreases, with an arbitrary start, for ages and delays in memory. */
  monotonicNow(): number;
  /** Calls `callback` once after `delayMs`, or after 25 days if that is shorter. Disposing the result cancels the timer. */
  schedule(delayMs: number, callback: () => void): { dispose(): void };
}

/** The longest delay of a timer, about 25 days. Node fires a timer with a longer delay immediately. */
const maxDelayMs = 2 ** 31 - 1;

/** Smaller differences between two clocks come from rounding, and from adjusting one of them gradually. */
const minSleepMs = 1_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNow: createMonotonicTime(
    () => Date.now(),
    () => performance.now(),
  ),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, maxDelayMs));
    return {
      dispose: () => {
        clearTimeout(timer);
      },
    };
  },
};

/**
 * Creates a monotonic time from `uptime`, such as `performance.now`, which on some systems doesn't advance while the
 * machine sleeps. Adds the durations of the sleeps, during which `now` advances.
 */
export function createMonotonicTime(now: () => number, uptime: () => number): () => number {
  let sleptMs = 0;
  let previousOffsetMs = now() - uptime();
  return () => {
    const time = uptime();
    const offsetMs = now() - time;
    if (offsetMs - previousOffsetMs > minSleepMs) {
      sleptMs += offsetMs - previousOffsetMs;
    }
    previousOffsetMs = offsetMs;
    return time + sleptMs;
  };
}
