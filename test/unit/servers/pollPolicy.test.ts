import assert from 'node:assert/strict';
import { planNextPoll, type NextPoll, type PollContext } from '../../../src/servers/pollPolicy.ts';

const second = 1000;
const refused = { kind: 'network', reason: 'refused' } as const;

/** One of 13 sinks is running, the view is visible, and the list takes 49 ms, as measured on a real server. */
const typicalContext: PollContext = {
  priority: 'focused',
  runningSinkCount: 1,
  intervalMs: 2 * second,
  listDurationMs: 49,
  sinkDurationMs: undefined,
  sinkCount: 13,
  listAgeMs: 2 * second,
  consecutiveFailures: 0,
  failure: undefined,
  jitter: 0,
};

const all = (seconds: number): NextPoll => ({ scope: 'all', delayMs: seconds * second });
const running = (seconds: number): NextPoll => ({ scope: 'running', delayMs: seconds * second });

describe('planNextPoll', () => {
  const rows: [string, Partial<PollContext>, NextPoll | undefined][] = [
    ['polls every 2 s while a backfill is running and the view is visible', {}, all(2)],
    [
      'polls every 10 s while a backfill is running and the window is unfocused',
      { priority: 'unfocused' },
      all(10),
    ],
    ['polls every 20 s in the background while a backfill is running', { priority: 'background' }, all(20)],
    ['polls every 10 s while no backfill is running', { runningSinkCount: 0 }, all(10)],
    [
      'polls every 30 s while no backfill is running and the window is unfocused',
      { runningSinkCount: 0, priority: 'unfocused' },
      all(30),
    ],
    [
      'polls every 60 s in the background while no backfill is running',
      { runningSinkCount: 0, priority: 'background' },
      all(60),
    ],
    ['polls every 2 s before the first measurement', { listDurationMs: undefined }, all(2)],
    ['follows the configured interval', { intervalMs: 5 * second }, all(5)],
    ['never polls automatically when the interval is 0', { intervalMs: 0 }, undefined],
    [
      'loads once for a visible view when the interval is 0',
      { intervalMs: 0, listDurationMs: undefined },
      all(0),
    ],
    [
      'does not load in the background when the interval is 0',
      { intervalMs: 0, listDurationMs: undefined, priority: 'background' },
      undefined,
    ],
    [
      'does not retry after a failure when the interval is 0',
      { intervalMs: 0, consecutiveFailures: 1, failure: refused },
      undefined,
    ],

    [
      'keeps the interval of 2 s for a list of 100 ms, which is 5 % of the time',
      { listDurationMs: 100 },
      all(2),
    ],
    [
      'polls every 40 s when the list takes 2 s, while no backfill is running',
      { listDurationMs: 2 * second, sinkCount: 502, runningSinkCount: 0 },
      all(40),
    ],
    [
      'polls one running sink of 502 individually when the list takes 2 s',
      { listDurationMs: 2 * second, sinkCount: 502 },
      running(2),
    ],
    [
      'polls the list in between for half of the budget',
      { listDurationMs: 2 * second, sinkCount: 502, listAgeMs: 79 * second },
      all(2),
    ],
    [
      'polls 20 running sinks of 5 ms each every 4 s, for half of the budget',
      { listDurationMs: 2 * second, sinkCount: 502, runningSinkCount: 20, sinkDurationMs: 5 },
      running(4),
    ],
    [
      'polls the list when all of 502 sinks are running, because that is cheaper',
      { listDurationMs: 2 * second, sinkCount: 502, runningSinkCount: 502, sinkDurationMs: 5 },
      all(40),
    ],
    [
      'polls the list when one sink takes as long as the list',
      { listDurationMs: 2 * second, sinkCount: 502, sinkDurationMs: 2 * second },
      all(40),
    ],

    ['retries after 4 s following one failure', { consecutiveFailures: 1, failure: refused }, all(4)],
    ['retries after 32 s following four failures', { consecutiveFailures: 4, failure: refused }, all(32)],
    [
      'retries after 5 min at most, even after a hundred failures',
      { consecutiveFailures: 100, failure: refused },
      all(300),
    ],
    [
      'halves the retry delay with the largest jitter',
      { consecutiveFailures: 1, failure: refused, jitter: 1 },
      all(2),
    ],
    [
      'waits as long as the server requests with Retry-After',
      { consecutiveFailures: 1, failure: { kind: 'rateLimited', retryAfterMs: 60 * second } },
      all(60),
    ],
    [
      'waits longer than the largest back-off if the server requests it',
      { consecutiveFailures: 1, failure: { kind: 'rateLimited', retryAfterMs: 3_600 * second } },
      all(3_600),
    ],
    [
      'keeps the back-off if the server requests a shorter delay',
      { consecutiveFailures: 4, failure: { kind: 'server', status: 503, retryAfterMs: second } },
      all(32),
    ],
    [
      'never retries a rejected token',
      { consecutiveFailures: 1, failure: { kind: 'unauthorized' } },
      undefined,
    ],
  ];
  for (const [name, overrides, expected] of rows) {
    it(name, () => {
      assert.deepEqual(planNextPoll({ ...typicalContext, ...overrides }), expected);
    });
  }

  it('uses at most 5 % of the server’s time for any duration and any number of running sinks', () => {
    for (const listMs of [1, 50, 500, 4_000]) {
      for (const sinks of [1, 10, 1_000]) {
        for (const runningSinks of [1, 5, 200].filter((count) => count <= sinks)) {
          for (const sinkMs of [2, 5, 50]) {
            // Running sinks alone get half of the budget, the list all of it.
            const next = planNextPoll({
              ...typicalContext,
              listDurationMs: listMs,
              sinkCount: sinks,
              runningSinkCount: runningSinks,
              sinkDurationMs: sinkMs,
              listAgeMs: 0,
            });
            assert.ok(next);
            const costMs = next.scope === 'all' ? listMs : runningSinks * sinkMs;
            const share = costMs / next.delayMs;
            assert.ok(
              share <= (next.scope === 'all' ? 0.05 : 0.025) + 1e-9,
              `${String(share)} of ${String(costMs)} ms`,
            );
          }
        }
      }
    }
  });
});
