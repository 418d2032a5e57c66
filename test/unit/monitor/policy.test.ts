import assert from 'node:assert/strict';
import { pollDelayMs, type PollSituation } from '../../../src/monitor/policy.ts';

describe('how long to rest before the next request', () => {
  const quiet: PollSituation = { running: false, answerMs: 50, failures: 0, failure: undefined };
  const refused = { kind: 'network', reason: 'refused' } as const;
  const rows: [string, Partial<PollSituation>, number | undefined][] = [
    ['something runs', { running: true }, 2_000],
    ['nothing runs', {}, 10_000],
    ['the server takes 0.4 s for an answer: 5 % of its time', { running: true, answerMs: 400 }, 8_000],
    ['the server takes 4 s for an answer', { answerMs: 4_000 }, 80_000],
    ['one failure', { failures: 1, failure: refused }, 4_000],
    ['four failures', { failures: 4, failure: refused }, 32_000],
    ['a hundred failures', { failures: 100, failure: refused }, 300_000],
    [
      'the server asks for a rest',
      { failures: 1, failure: { kind: 'rateLimited', retryAfterMs: 60_000 } },
      60_000,
    ],
    [
      'the server asks for less than we rest anyway',
      { failures: 4, failure: { kind: 'server', status: 503, retryAfterMs: 1_000 } },
      32_000,
    ],
    [
      'the token is refused: only a person can help',
      { failures: 1, failure: { kind: 'unauthorized' } },
      undefined,
    ],
  ];
  for (const [name, different, expected] of rows) {
    it(name, () => {
      assert.equal(pollDelayMs({ ...quiet, ...different }), expected);
    });
  }
});
