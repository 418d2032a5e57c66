/** Time and timers, so that tests can turn them by hand. Milliseconds, since the epoch where absolute. */
export interface Clock {
  now(): number;
  /** Calls back once after `delayMs`; the result cancels. */
  schedule(delayMs: number, callback: () => void): { dispose(): void };
}

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return {
      dispose: () => {
        clearTimeout(timer);
      },
    };
  },
};
