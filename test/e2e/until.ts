import { setTimeout as pause } from 'node:timers/promises';

/** Less than a test may take: what goes on after its test has failed would disturb the next one. */
const seconds = 50;

/** Looks, and does `step`, again and again until a condition holds. Throws where it does not within `seconds`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  step: () => Promise<unknown> = () => pause(20),
): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!(await condition())) {
    if (Date.now() > end) {
      throw new Error(`Not so after ${String(seconds)} s: ${String(condition)}`);
    }
    await step();
  }
}
