/** Views show the age of data that is older than this, in milliseconds. */
export const maxFreshAgeMs = 30_000;
