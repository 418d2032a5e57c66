import assert from 'node:assert/strict';
import {
  type BackfillListRequest,
  getBackfillListLifetimesMs,
} from '../../../src/servers/backfillListPolicy.ts';

const second = 1000;

describe('getBackfillListLifetimesMs', () => {
  const lists = (count: number, costMs: number) =>
    Array<BackfillListRequest>(count).fill({ costMs, hasFailed: false });
  const failure = (costMs: number): BackfillListRequest => ({ costMs, hasFailed: true });
  const cases: readonly [
    title: string,
    requests: readonly BackfillListRequest[],
    expected: readonly number[],
    options?: { readonly intervalMs?: number; readonly windowCount?: number },
  ][] = [
    ['returns at least 25 s, even for a cheap list', lists(1, 5), [25 * second]],
    ['returns at least the configured interval', lists(1, 5), [900 * second], { intervalMs: 900 * second }],
    [
      'lets a list that takes 1 s keep the server busy for at most 2.5% of the time',
      lists(1, second),
      [40 * second],
    ],
    [
      'lets a list that takes 54 s keep the server busy for at most 2.5% of the time',
      lists(1, 54 * second),
      [36 * 60 * second],
    ],
    [
      'shares the polling budget with two other windows',
      lists(1, second),
      [120 * second],
      { windowCount: 3 },
    ],
    [
      'shares the polling budget between three lists',
      lists(3, 7 * second),
      Array<number>(3).fill(840 * second),
    ],
    [
      'refreshes cheap lists ten times as often as a list that takes 100 times as long',
      [...lists(1, 10 * second), ...lists(3, 100)],
      [520, 52, 52, 52].map((seconds) => seconds * second),
    ],
    ['returns 25 s for a list whose request failed in an outage', [failure(0)], [25 * second]],
    [
      'returns a time in proportion to the duration of the failed request',
      [failure(7 * second)],
      [280 * second],
    ],
    ['returns at most 10 min for a list whose request failed', [failure(60 * second)], [600 * second]],
    [
      'returns times that do not depend on failures of other lists',
      [failure(7 * second), ...lists(1, second), failure(60 * second)],
      [280 * second, 40 * second, 600 * second],
    ],
  ];
  for (const [title, requests, expected, options] of cases) {
    it(title, () => {
      const lifetimesMs = getBackfillListLifetimesMs(requests, {
        intervalMs: 2 * second,
        windowCount: 1,
        ...options,
      });
      assert.deepEqual(lifetimesMs.map(Math.round), expected);
    });
  }
});
