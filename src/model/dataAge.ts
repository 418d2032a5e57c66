/** The age from which views show how old data is, in milliseconds. */
export const maxFreshAgeMs = 30_000;

/** Whether data from `time` is younger than {@link maxFreshAgeMs}. Data from the future isn't: the clock was set back. */
export function isFresh(time: number, now: number): boolean {
  return time <= now && now - time < maxFreshAgeMs;
}

/**
 * Whether views show the age of data from `time`, because it is as old as {@link maxFreshAgeMs}, or as far in the future
 * after the clock was set back. A smaller difference is normal: the tree renders hovers as of up to 20 s ago.
 */
export function isOld(time: number, now: number): boolean {
  return Math.abs(now - time) >= maxFreshAgeMs;
}
