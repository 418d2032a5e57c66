import { expect } from '@playwright/test';
import type { Clock } from '../../src/sampleServer/World.ts';
import type { Emulator } from '../emulator/Emulator.ts';

/** The clock of an emulated server. It advances only when a test advances it, and backfills make progress only then. */
export class ManualClock implements Clock {
  #now = Date.now();

  /** The server's time in milliseconds since the epoch. */
  now(): number {
    return this.#now;
  }

  /** Advances the clock by a time in seconds. */
  advance(seconds: number): void {
    this.#now += seconds * 1_000;
  }

  /** Advances the clock in steps of `step` seconds, and waits for a request to the emulator after each step. */
  async advanceWithRequests(emulator: Emulator, seconds: number, step = 5): Promise<void> {
    for (let passed = 0; passed < seconds; passed += step) {
      const requestCount = emulator.requests.length;
      this.advance(step);
      // The extension polls less often when responses take long, as they do on a busy machine.
      await expect
        .poll(() => emulator.requests.length, { timeout: 50_000, intervals: [20] })
        .toBeGreaterThan(requestCount);
    }
  }
}
