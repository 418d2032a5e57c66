/** A source of time and timers that tests can replace. All times and durations are in milliseconds. */
export interface Clock {
  /** The time since the epoch, to be shown, saved, or compared with other such times. A user can set the clock. */
  now(): number;
  /** A time that never decreases. It has an arbitrary start, so it is only for ages and delays in memory. */
  monotonicNow(): number;
  /**
   * Calls `callback` once after `delayMs`, or after 25 days if that is shorter. Disposing the result cancels the timer.
   */
  schedule(delayMs: number, callback: () => void): { dispose(): void };
}

/** The longest delay of a timer, about 25 days. Node fires a timer with a longer delay immediately. */
const maxDelayMs = 2 ** 31 - 1;

/** A smaller set-back, in milliseconds, doesn't count: rounding, or a gradual adjustment of the clock, causes it. */
const minSetBackMs = 1_000;

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
 * Creates a function that returns a monotonic time. It advances with `now`, even while the machine sleeps, but doesn't
 * go back when `now` is set back. To detect a set-back, compares `now` with `uptime`, a time that can't be set, such as
 * `performance.now`.
 */
export function createMonotonicTime(now: () => number, uptime: () => number): () => number {
  let latest = Number.NEGATIVE_INFINITY;
  let setBackMs = 0;
  // The largest offset, not the latest one, so that repeated small set-backs add up until they are corrected.
  let largestOffsetMs = now() - uptime();
  return () => {
    const time = now();
    const offsetMs = time - uptime();
    if (largestOffsetMs - offsetMs > minSetBackMs) {
      setBackMs += Math.round(largestOffsetMs - offsetMs);
      largestOffsetMs = offsetMs;
    }
    largestOffsetMs = Math.max(largestOffsetMs, offsetMs);
    latest = Math.max(latest, time + setBackMs);
    return latest;
  };
}
