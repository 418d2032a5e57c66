import type { Random } from './Random.ts';

/** The conditions of a server: a `busy` one has many running backfills, and `redisDown` means that it can't reach Redis. */
export const serverConditions = ['idle', 'busy', 'redisDown'] as const;
export type ServerCondition = (typeof serverConditions)[number];

/** How long Sequin waits for Redis for the health of one sink (recordings n01 to n03 in test/recordings). */
export const redisTimeoutMs = 1_500;

/** The fraction of slow responses. */
const slowFraction = 0.05;

/**
 * Samples the response time under a condition, in milliseconds. A real server with 515 sinks and 20 running backfills
 * took 5 to 30 s instead of 2 s for the list, and 30 ms to 2.2 s instead of 5 ms for a single backfill.
 * @param baselineMs the response time of an idle server; under `redisDown`, it must already include the waits for Redis
 */
export function sampleResponseTimeMs(baselineMs: number, condition: ServerCondition, random: Random): number {
  if (condition !== 'busy') {
    return baselineMs;
  }
  const isSlow = random.next() < slowFraction;
  if (baselineMs <= 100) {
    return isSlow ? random.between(300, 2_200) : random.between(30, 300);
  }
  return baselineMs * (isSlow ? random.between(10, 15) : random.between(2.5, 10));
}
