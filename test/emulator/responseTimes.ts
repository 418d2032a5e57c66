import type { Random } from '../../src/sampleServer/Random.ts';
import type { ServerCondition } from '../../src/sampleServer/serverConditions.ts';

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
