import assert from 'node:assert/strict';
import { findRoute } from '../../../src/sampleServer/findRoute.ts';
import { Random } from '../../../src/sampleServer/Random.ts';
import { World } from '../../../src/sampleServer/World.ts';
import { adaptToMissingRedis, getBaselineMs, sampleResponseTimeMs } from '../../emulator/conditions.ts';
import { json } from '../../emulator/httpResponse.ts';
import { now } from '../samples.ts';

/** Samples 10,000 response times of a busy server in milliseconds, in ascending order. */
function sampleBusyResponseTimes(baselineMs: number): number[] {
  const random = new Random(1);
  return Array.from({ length: 10_000 }, () => sampleResponseTimeMs(baselineMs, 'busy', random)).sort(
    (a, b) => a - b,
  );
}

const getPercentile = (sorted: readonly number[], percent: number) =>
  sorted[Math.floor((sorted.length * percent) / 100)] ?? Number.NaN;

describe('sampleResponseTimeMs', () => {
  it('returns the baseline unless the server is busy', () => {
    const random = new Random(1);
    assert.equal(sampleResponseTimeMs(5, 'idle', random), 5);
    assert.equal(sampleResponseTimeMs(27_000, 'redisDown', random), 27_000);
  });

  it('returns 30 ms to 2.2 s for a single backfill on a busy server, mostly below 0.3 s', () => {
    const times = sampleBusyResponseTimes(5);
    assert.ok(getPercentile(times, 0) >= 30 && getPercentile(times, 0) < 50);
    assert.ok(getPercentile(times, 94) <= 300);
    assert.ok((times.at(-1) ?? 0) > 2_000 && (times.at(-1) ?? 0) <= 2_200);
  });

  it('returns 5 to 30 s for a list of 500 sinks on a busy server', () => {
    const times = sampleBusyResponseTimes(2_000);
    assert.ok(getPercentile(times, 0) >= 5_000);
    assert.ok(getPercentile(times, 94) <= 20_000);
    assert.ok((times.at(-1) ?? 0) > 28_000 && (times.at(-1) ?? 0) <= 30_000);
  });
});

describe('adaptToMissingRedis', () => {
  it('delays responses as long as the recorded server: 27 s for 18 sinks, 1.5 s for one sink (recordings n03 and n02)', () => {
    const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
    for (let index = 0; index < 18; index += 1) {
      world.addSink({ name: `sink-${String(index)}` });
    }
    const getResponseMs = (path: string): number => {
      const segments = path.split('/').slice(2);
      const response = findRoute(world, 'GET', segments)?.({}) ?? assert.fail();
      const baselineMs = getBaselineMs(segments, response);
      return adaptToMissingRedis(path, json(response.status, response.body, baselineMs)).baselineMs;
    };
    assert.ok(Math.abs(getResponseMs('/api/sinks') - 27_323) < 1_000);
    assert.ok(Math.abs(getResponseMs('/api/sinks/sink-0') - 1_523) < 50);
  });
});
