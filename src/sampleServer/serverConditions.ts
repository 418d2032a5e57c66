/** The conditions of a server: a `busy` one has many running backfills, and `redisDown` means that it can't reach Redis. */
export const serverConditions = ['idle', 'busy', 'redisDown'] as const;
export type ServerCondition = (typeof serverConditions)[number];

/** How long Sequin waits for Redis for the health of one sink (recordings n01 to n03 in test/recordings). */
export const redisTimeoutMs = 1_500;
