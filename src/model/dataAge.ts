/** Views show the age of data that is at least this old, in milliseconds. */
export const maxFreshAgeMs = 30_000;

/**
 * Whether data from `time` is younger than {@link maxFreshAgeMs}. False for a time in the future: it was recorded
 * before the clock was set back, so the age of the data is unknown.
 */
export function isFresh(time: number, now: number): boolean {
  return time <= now && now - time < maxFreshAgeMs;
}

/**
 * Whether views show the age of data from `time`: `time` differs from `now` by {@link maxFreshAgeMs} or more. `time`
 * may be up to 20 s after `now`, because the tree renders a hover for a time up to 20 s ago. If `time` is later than
 * that, the clock was set back.
 */
export function isOld(time: number, now: number): boolean {
  return Math.abs(now - time) >= maxFreshAgeMs;
}
