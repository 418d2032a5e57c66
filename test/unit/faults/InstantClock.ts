import type { Clock } from '../../../src/shared/clock.ts';

/** A clock whose timers fire immediately. A timer that fires advances the time to its due time. */
export class InstantClock implements Clock {
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonicNow(): number {
    return this.#now;
  }

  schedule(delayMs: number, callback: () => void): { dispose(): void } {
    const due = this.#now + delayMs;
    const immediate = setImmediate(() => {
      this.#now = Math.max(this.#now, due);
      callback();
    });
    return {
      dispose: () => {
        clearImmediate(immediate);
      },
    };
  }
}
