/** Time and timers, which tests can replace. Durations in milliseconds; times in milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Calls `callback` once after `delayMs`, or after 25 days if that is shorter. Disposing the result cancels the timer. */
  schedule(delayMs: number, callback: () => void): { dispose(): void };
}

/** The longest delay of a timer, about 25 days. Node fires a timer with a longer delay immediately. */
const maxDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, maxDelayMs));
    return {
      dispose: () => {
        clearTimeout(timer);
      },
    };
  },
};
