import assert from 'node:assert/strict';
import { planNextPoll, type NextPoll, type PollContext } from '../../../src/servers/pollPolicy.ts';

const second = 1000;
const refused = { kind: 'network', reason: 'refused' } as const;

/** One sink of thirteen runs, is looked at, and the list takes 49 ms: as measured on a real server. */
const usual: PollContext = {
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

describe('what to ask next, and after which rest', () => {
  const rows: [string, Partial<PollContext>, NextPoll | undefined][] = [
    ['something runs and is looked at', {}, all(2)],
    ['something runs, the window has no focus', { priority: 'unfocused' }, all(10)],
    ['something runs, nobody looks', { priority: 'background' }, all(20)],
    ['nothing runs', { runningSinkCount: 0 }, all(10)],
    ['nothing runs, the window has no focus', { runningSinkCount: 0, priority: 'unfocused' }, all(30)],
    ['nothing runs, nobody looks', { runningSinkCount: 0, priority: 'background' }, all(60)],
    ['nothing was ever measured', { listDurationMs: undefined }, all(2)],
    ['another fast pace is set', { intervalMs: 5 * second }, all(5)],
    ['the pace is 0: by hand only', { intervalMs: 0 }, undefined],
    [
      'the pace is 0, and somebody looks for the first time',
      { intervalMs: 0, listDurationMs: undefined },
      all(0),
    ],
    [
      'the pace is 0, and nobody looks yet',
      { intervalMs: 0, listDurationMs: undefined, priority: 'background' },
      undefined,
    ],
    [
      'the pace is 0, also after a failure',
      { intervalMs: 0, consecutiveFailures: 1, failure: refused },
      undefined,
    ],

    ['the list takes 100 ms: 5 % of the time is 2 s', { listDurationMs: 100 }, all(2)],
    [
      'the list takes 2 s and nothing runs',
      { listDurationMs: 2 * second, sinkCount: 502, runningSinkCount: 0 },
      all(40),
    ],
    [
      'the list takes 2 s, one of 502 runs: it is asked for alone',
      { listDurationMs: 2 * second, sinkCount: 502 },
      running(2),
    ],
    [
      'and the list in between, for half of the share',
      { listDurationMs: 2 * second, sinkCount: 502, listAgeMs: 79 * second },
      all(2),
    ],
    [
      '20 of 502 run, at 5 ms each: 100 ms a round, for half of the share',
      { listDurationMs: 2 * second, sinkCount: 502, runningSinkCount: 20, sinkDurationMs: 5 },
      running(4),
    ],
    [
      'all of 502 run: the list is the cheaper way',
      { listDurationMs: 2 * second, sinkCount: 502, runningSinkCount: 502, sinkDurationMs: 5 },
      all(40),
    ],
    [
      'one sink alone was measured to be as dear as the list',
      { listDurationMs: 2 * second, sinkCount: 502, sinkDurationMs: 2 * second },
      all(40),
    ],

    ['one failure', { consecutiveFailures: 1, failure: refused }, all(4)],
    ['four failures', { consecutiveFailures: 4, failure: refused }, all(32)],
    ['a hundred failures', { consecutiveFailures: 100, failure: refused }, all(300)],
    ['one failure, with the most jitter', { consecutiveFailures: 1, failure: refused, jitter: 1 }, all(2)],
    [
      'the server asks for a rest',
      { consecutiveFailures: 1, failure: { kind: 'rateLimited', retryAfterMs: 60 * second } },
      all(60),
    ],
    [
      'the server asks for an hour, which is longer than our own longest delay',
      { consecutiveFailures: 1, failure: { kind: 'rateLimited', retryAfterMs: 3_600 * second } },
      all(3_600),
    ],
    [
      'the server asks for less than we rest anyway',
      { consecutiveFailures: 4, failure: { kind: 'server', status: 503, retryAfterMs: second } },
      all(32),
    ],
    [
      'the token is refused: only a person can help',
      { consecutiveFailures: 1, failure: { kind: 'unauthorized' } },
      undefined,
    ],
  ];
  for (const [name, different, expected] of rows) {
    it(name, () => {
      assert.deepEqual(planNextPoll({ ...usual, ...different }), expected);
    });
  }

  it('takes no more than 5 % of a server’s time, whatever it costs and however many run', () => {
    for (const listMs of [1, 50, 500, 4_000]) {
      for (const sinks of [1, 10, 1_000]) {
        for (const runningSinks of [1, 5, 200].filter((count) => count <= sinks)) {
          for (const sinkMs of [2, 5, 50]) {
            // Half of the share for each of the two, or all of it for the one.
            const next = planNextPoll({
              ...usual,
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
