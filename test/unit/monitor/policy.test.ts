import assert from 'node:assert/strict';
import { nextPoll, type NextPoll, type PollSituation } from '../../../src/monitor/policy.ts';

const second = 1000;
const refused = { kind: 'network', reason: 'refused' } as const;

/** One sink of thirteen runs, is looked at, and the list takes 49 ms: as measured on a real server. */
const usual: PollSituation = {
  attention: 'focused',
  runningSinks: 1,
  intervalMs: 2 * second,
  listMs: 49,
  sinkMs: undefined,
  sinks: 13,
  sinceListMs: 2 * second,
  failures: 0,
  failure: undefined,
  jitter: 0,
};

const all = (seconds: number): NextPoll => ({ what: 'all', afterMs: seconds * second });
const running = (seconds: number): NextPoll => ({ what: 'running', afterMs: seconds * second });

describe('what to ask next, and after which rest', () => {
  const rows: [string, Partial<PollSituation>, NextPoll | undefined][] = [
    ['something runs and is looked at', {}, all(2)],
    ['something runs, the window has no focus', { attention: 'unfocused' }, all(10)],
    ['something runs, nobody looks', { attention: 'background' }, all(20)],
    ['nothing runs', { runningSinks: 0 }, all(10)],
    ['nothing runs, the window has no focus', { runningSinks: 0, attention: 'unfocused' }, all(30)],
    ['nothing runs, nobody looks', { runningSinks: 0, attention: 'background' }, all(60)],
    ['nothing was ever measured', { listMs: undefined }, all(2)],
    ['another fast pace is set', { intervalMs: 5 * second }, all(5)],
    ['the pace is 0: by hand only', { intervalMs: 0 }, undefined],
    ['the pace is 0, and somebody looks for the first time', { intervalMs: 0, listMs: undefined }, all(0)],
    [
      'the pace is 0, and nobody looks yet',
      { intervalMs: 0, listMs: undefined, attention: 'background' },
      undefined,
    ],
    ['the pace is 0, also after a failure', { intervalMs: 0, failures: 1, failure: refused }, undefined],

    ['the list takes 100 ms: 5 % of the time is 2 s', { listMs: 100 }, all(2)],
    ['the list takes 2 s and nothing runs', { listMs: 2 * second, sinks: 502, runningSinks: 0 }, all(40)],
    [
      'the list takes 2 s, one of 502 runs: it is asked for alone',
      { listMs: 2 * second, sinks: 502 },
      running(2),
    ],
    [
      'and the list in between, for half of the share',
      { listMs: 2 * second, sinks: 502, sinceListMs: 79 * second },
      all(2),
    ],
    [
      '20 of 502 run, at 5 ms each: 100 ms a round, for half of the share',
      { listMs: 2 * second, sinks: 502, runningSinks: 20, sinkMs: 5 },
      running(4),
    ],
    [
      'all of 502 run: the list is the cheaper way',
      { listMs: 2 * second, sinks: 502, runningSinks: 502, sinkMs: 5 },
      all(40),
    ],
    [
      'one sink alone was measured to be as dear as the list',
      { listMs: 2 * second, sinks: 502, sinkMs: 2 * second },
      all(40),
    ],

    ['one failure', { failures: 1, failure: refused }, all(4)],
    ['four failures', { failures: 4, failure: refused }, all(32)],
    ['a hundred failures', { failures: 100, failure: refused }, all(300)],
    ['one failure, with the most jitter', { failures: 1, failure: refused, jitter: 1 }, all(2)],
    [
      'the server asks for a rest',
      { failures: 1, failure: { kind: 'rateLimited', retryAfterMs: 60 * second } },
      all(60),
    ],
    [
      'the server asks for an hour, which is longer than our own longest delay',
      { failures: 1, failure: { kind: 'rateLimited', retryAfterMs: 3_600 * second } },
      all(3_600),
    ],
    [
      'the server asks for less than we rest anyway',
      { failures: 4, failure: { kind: 'server', status: 503, retryAfterMs: second } },
      all(32),
    ],
    [
      'the token is refused: only a person can help',
      { failures: 1, failure: { kind: 'unauthorized' } },
      undefined,
    ],
  ];
  for (const [name, different, expected] of rows) {
    it(name, () => {
      assert.deepEqual(nextPoll({ ...usual, ...different }), expected);
    });
  }

  it('takes no more than 5 % of a server’s time, whatever it costs and however many run', () => {
    for (const listMs of [1, 50, 500, 4_000]) {
      for (const sinks of [1, 10, 1_000]) {
        for (const runningSinks of [1, 5, 200].filter((count) => count <= sinks)) {
          for (const sinkMs of [2, 5, 50]) {
            // Half of the share for each of the two, or all of it for the one.
            const next = nextPoll({ ...usual, listMs, sinks, runningSinks, sinkMs, sinceListMs: 0 });
            assert.ok(next);
            const costMs = next.what === 'all' ? listMs : runningSinks * sinkMs;
            const share = costMs / next.afterMs;
            assert.ok(
              share <= (next.what === 'all' ? 0.05 : 0.025) + 1e-9,
              `${String(share)} of ${String(costMs)} ms`,
            );
          }
        }
      }
    }
  });
});
