/** The age from which views show how old data is, in milliseconds. */
export const maxFreshAgeMs = 30_000;
