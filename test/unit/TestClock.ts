import { createClock } from '@sinonjs/fake-timers';
import { type Clock, createMonotonicTime } from '../../src/shared/clock.ts';

/** A clock that advances only when a test advances it. */
export class TestClock implements Clock {
  readonly #time: ReturnType<typeof createClock>;
  readonly monotonicNow: () => number;

  constructor(now: number) {
    this.#time = createClock(now);
    this.monotonicNow = createMonotonicTime(
      () => this.#time.now,
      () => {
        const [seconds = 0, nanoseconds = 0] = this.#time.hrtime();
        return seconds * 1_000 + Math.round(nanoseconds / 1_000_000);
      },
    );
  }

  now(): number {
    return this.#time.now;
  }

  schedule(delayMs: number, callback: () => void): { dispose(): void } {
    const timer = this.#time.setTimeout(callback, delayMs);
    return {
      dispose: () => {
        this.#time.clearTimeout(timer);
      },
    };
  }

  /** Advances the clock and runs all timers that are due by then. */
  async advance(ms: number): Promise<void> {
    await this.#time.tickAsync(ms);
  }

  /** Simulates a sleeping machine: timers that become due during the sleep run late. */
  sleep(ms: number): void {
    this.#time.setSystemTime(this.#time.now + ms);
  }

  /** Sets the time back without affecting timers. */
  setBack(ms: number): void {
    this.#time.setSystemTime(this.#time.now - ms);
  }

  get hasPendingTimers(): boolean {
    return this.#time.countTimers() > 0;
  }
}
