import { createClock } from '@sinonjs/fake-timers';
import type { Clock } from '../../src/shared/clock.ts';

/** A clock that stands still until a test turns it. */
export class TestClock implements Clock {
  readonly #time: ReturnType<typeof createClock>;

  constructor(now: number) {
    this.#time = createClock(now);
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

  /** Turns it on, and lets everything run that was due until then. */
  async turn(ms: number): Promise<void> {
    await this.#time.tickAsync(ms);
  }

  /** Lets time pass as a sleeping machine does: what was due meanwhile runs late. */
  sleep(ms: number): void {
    this.#time.setSystemTime(this.#time.now + ms);
  }

  /** Whether anything waits for a later time. */
  get idle(): boolean {
    return this.#time.countTimers() === 0;
  }
}
