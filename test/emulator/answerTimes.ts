import type { Random } from './Random.ts';

/** What slows a server down: nothing, many running backfills, or a Redis that doesn't respond. */
export const serverLoads = ['idle', 'busy', 'redisDown'] as const;
export type ServerLoad = (typeof serverLoads)[number];

/** How long Sequin waits for Redis for the health of one sink (recordings n01 to n03). */
export const redisTimeoutMs = 1_500;

/** A share of the responses takes longer than usual. */
const outlierShare = 0.05;

/**
 * Draws the duration of a response that takes an idle server `idleMs`, in milliseconds. A real server with 515 sinks
 * and 20 running backfills took 5 to 30 s instead of 2 s for the list, and 30 ms to 2.2 s instead of 5 ms for a single
 * backfill.
 */
export function sampleAnswerTimeMs(idleMs: number, load: ServerLoad, random: Random): number {
  if (load !== 'busy') {
    return idleMs;
  }
  const isOutlier = random.next() < outlierShare;
  if (idleMs <= 100) {
    return isOutlier ? random.between(300, 2_200) : random.between(30, 300);
  }
  return idleMs * (isOutlier ? random.between(10, 15) : random.between(2.5, 10));
}
