import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until a condition holds. The test's own time limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await pause(20);
  }
}
