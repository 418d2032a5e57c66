let endedTestCount = 0;

/** Makes every pending {@link waitUntil} throw. The root hooks call it after each test. */
export function endWaits(): void {
  endedTestCount += 1;
}

/**
 * Waits until a condition holds, and calls `onTurn` on each turn of the event loop until then.
 * @throws if the test ends first, so that a test that timed out doesn't keep the process running
 */
export async function waitUntil(condition: () => boolean, onTurn?: () => Promise<void>): Promise<void> {
  const endedTestCountAtStart = endedTestCount;
  while (!condition()) {
    if (endedTestCount !== endedTestCountAtStart) {
      throw new Error('The test ended before the condition was met.');
    }
    await new Promise(setImmediate);
    await onTurn?.();
  }
}
