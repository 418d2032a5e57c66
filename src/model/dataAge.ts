/** The age in milliseconds from which views show the age of data. */
export const maxFreshAgeMs = 30_000;

/**
 * Whether data from `time` is younger than {@link maxFreshAgeMs}. False for a time in the future, because the clock was
 * set back.
 */
export function isFresh(time: number, now: number): boolean {
  return time <= now && now - time < maxFreshAgeMs;
}

/**
 * Whether views show the age of data from `time`: the time differs from now by {@link maxFreshAgeMs} or more. It is
 * that far in the future only if the clock was set back. Times up to 20 s in the future are normal, because the tree
 * renders a hover for a time up to 20 s ago.
 */
export function isOld(time: number, now: number): boolean {
  return Math.abs(now - time) >= maxFreshAgeMs;
}
