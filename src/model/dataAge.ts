/** The age from which views show how old data is, in milliseconds. */
export const maxFreshAgeMs = 30_000;

/** Whether data of a time is younger than {@link maxFreshAgeMs}. Data from the future isn't: the clock was set back. */
export function isFresh(time: number, now: number): boolean {
  return time <= now && now - time < maxFreshAgeMs;
}
