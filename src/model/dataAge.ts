/** The age from which views show how old data is, in milliseconds. */
export const maxFreshAgeMs = 30_000;

/** Whether data of a time is younger than {@link maxFreshAgeMs}. Data from the future isn't: the clock was set back. */
export function isFresh(time: number, now: number): boolean {
  return time <= now && now - time < maxFreshAgeMs;
}

/**
 * Whether views show the age of data of a time: it is as old as {@link maxFreshAgeMs}, or that far in the future, because
 * the clock was set back. The tree compares its hovers as of up to 20 s ago, so data of the last seconds is current.
 */
export function isOld(time: number, now: number): boolean {
  return Math.abs(now - time) >= maxFreshAgeMs;
}
