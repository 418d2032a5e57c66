import { omitFields } from '../../src/sampleServer/fields.ts';
import type { Random } from '../../src/sampleServer/Random.ts';
import type { JsonResponse } from '../../src/sampleServer/responses.ts';
import { type HttpResponse, json } from './httpResponse.ts';
import { isSink } from './versions.ts';

/** The conditions of a server: a `busy` server has many running backfills, a `redisDown` server can't reach Redis. */
export const serverConditions = ['idle', 'busy', 'redisDown'] as const;
export type ServerCondition = (typeof serverConditions)[number];

/** How long Sequin waits for Redis to read the health of a sink (recordings n01 to n03 in test/recordings). */
export const redisTimeoutMs = 1_500;

/** The response of `/health` without a connection to Redis (recording n01 in test/recordings). */
const redisDownHealth = {
  error: 'Error with service: [sequin]: [redis]: No connection to Redis',
  ok: false,
  details: {
    code: 'no_connection',
    message: '[redis]: No connection to Redis',
    service: 'redis',
    __exception__: true,
    details: null,
  },
};

/**
 * Changes a response into that of a server without Redis: it lacks the health of sinks, and takes longer for each sink.
 */
export function adaptToMissingRedis(path: string, response: HttpResponse): HttpResponse {
  if (response.status === 200 && path === '/health') {
    return { ...json(500, redisDownHealth, redisTimeoutMs), headers: response.headers };
  }
  if (response.status !== 200 || !path.startsWith('/api/sinks')) {
    return response;
  }
  let waitMs = 0;
  const body: unknown = JSON.parse(response.body, (_key, value: unknown) => {
    if (!isSink(value) || !value.health) {
      return value;
    }
    waitMs += redisTimeoutMs;
    return omitFields(value, 'health');
  });
  return { ...response, body: JSON.stringify(body), baselineMs: Math.max(waitMs, response.baselineMs) };
}

/**
 * Returns the response time of an idle server, in milliseconds. It was measured on a real server with two cores,
 * because the recordings don't contain durations.
 * @param path the segments after `/api`
 */
export function getBaselineMs(path: readonly string[], { status, body }: JsonResponse): number {
  const [resource, action] = path;
  if (status !== 200 || resource === 'postgres_databases') {
    return 1;
  }
  if (resource === 'config') {
    return { plan: 130, apply: 60, export: 40 }[String(action)] ?? 1;
  }
  const items = (body as { readonly data?: readonly unknown[] }).data;
  if (items === undefined) {
    return 5;
  }
  return action === undefined ? 4 * items.length : 5 + items.length;
}

/** The fraction of slow responses. */
const slowFraction = 0.05;

/**
 * Samples the response time under a condition, in milliseconds. A real server with 515 sinks and 20 running backfills
 * took 5 to 30 s instead of 2 s for the list of sinks, and 30 ms to 2.2 s instead of 5 ms for a single backfill.
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
