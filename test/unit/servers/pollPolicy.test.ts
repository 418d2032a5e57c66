import assert from 'node:assert/strict';
import { getListTimeoutMs, planPolls, type PollContext } from '../../../src/servers/pollPolicy.ts';

const second = 1000;
const refused = { kind: 'network', reason: 'refused' } as const;
const expired = { kind: 'tls', reason: 'expired' } as const;
const timedOut = { kind: 'timeout', afterMs: 20 * second } as const;

interface Overrides extends Partial<Omit<PollContext, 'list' | 'progress'>> {
  readonly list?: Partial<PollContext['list']>;
  readonly progress?: Partial<PollContext['progress']>;
}

/**
 * Creates a context in which a view is visible, a backfill of one of 13 sinks is running, and the list takes 49 ms, as
 * measured on a real server.
 */
function createContext({ list, progress, ...overrides }: Overrides): PollContext {
  return {
    priority: 'focused',
    isFocused: true,
    intervalMs: 2 * second,
    windowCount: 1,
    backfillListFraction: 0,
    jitter: 0,
    ...overrides,
    list: {
      costMs: 49,
      failedDurationMs: 0,
      ageMs: 0,
      failure: undefined,
      consecutiveFailures: 0,
      wasViewShown: false,
      ...list,
    },
    progress: {
      backfillCount: 1,
      activeCount: 1,
      costMs: undefined,
      ageMs: 0,
      isFailing: false,
      ...progress,
    },
  };
}

const idle = { backfillCount: 0, activeCount: 0 };
/** A list of 502 sinks (recording i01). */
const slowList = { costMs: 2 * second };
/** A list of 515 sinks on a busy server. */
const verySlowList = { costMs: 23 * second };

describe('planPolls', () => {
  /** `list` and `progress` are the seconds until each is requested; undefined if it isn't requested. */
  const cases: [
    name: string,
    overrides: Overrides,
    list: number | undefined,
    progress: number | undefined,
  ][] = [
    ['polls the list every 2 s while a backfill is running and the view is visible', {}, 2, 5],
    [
      'polls the list every 10 s while a backfill is running and the window is unfocused',
      { priority: 'unfocused', isFocused: false },
      10,
      15,
    ],
    [
      'polls the list every 20 s in the background while a backfill is running',
      { priority: 'background', isFocused: false },
      20,
      30,
    ],
    [
      'polls the progress every 5 s in a focused window even without a view, for the status bar',
      { priority: 'background' },
      20,
      5,
    ],
    ['polls the list every 10 s while no backfill is running', { progress: idle }, 10, undefined],
    [
      'polls the list every 28 s while no backfill is running and the window is unfocused',
      { progress: idle, priority: 'unfocused', isFocused: false },
      28,
      undefined,
    ],
    [
      'polls the list every 60 s in the background while no backfill is running',
      { progress: idle, priority: 'background' },
      60,
      undefined,
    ],
    ['polls the list every 2 s before its response time is known', { list: { costMs: undefined } }, 2, 5],
    ['polls the list at the configured interval', { intervalMs: 5 * second }, 5, 7.5],
    ['never polls automatically when the interval is 0', { intervalMs: 0 }, undefined, undefined],
    [
      'requests the list once for a visible view when the interval is 0',
      { intervalMs: 0, list: { costMs: undefined } },
      0,
      undefined,
    ],
    [
      'does not request the list in the background when the interval is 0',
      { intervalMs: 0, list: { costMs: undefined }, priority: 'background' },
      undefined,
      undefined,
    ],
    [
      'does not retry after a failure when the interval is 0',
      { intervalMs: 0, list: { consecutiveFailures: 1, failure: refused } },
      undefined,
      undefined,
    ],
    [
      'subtracts the age of the data from the delay',
      { list: { ageMs: 1_500 }, progress: { ageMs: 4_000 } },
      0.5,
      1,
    ],
    ['polls overdue data at once', { list: { ageMs: 3_000 }, progress: { ageMs: 9_000 } }, 0, 0],

    [
      'polls a list that takes 100 ms every 2 s, which keeps the server busy for 5% of the time',
      { list: { costMs: 100 } },
      2,
      5,
    ],
    [
      'polls a list that takes 2 s every 40 s while no backfill is running',
      { list: slowList, progress: idle },
      40,
      undefined,
    ],
    ['polls a running backfill individually every 2 s when the list takes 2 s', { list: slowList }, 58, 2],
    [
      'polls 20 running backfills that take 5 ms each every 4 s when the list uses half of the budget',
      { list: { costMs: 1_000 }, progress: { backfillCount: 20, activeCount: 20, costMs: 5 } },
      40,
      4,
    ],
    [
      'polls 20 running backfills that take 5 ms each every 5 s when the list uses most of the budget',
      { list: slowList, progress: { backfillCount: 20, activeCount: 20, costMs: 5 } },
      58,
      5,
    ],
    [
      'polls the progress of 20 backfills every 5 s, even if that exceeds the budget',
      { list: slowList, progress: { backfillCount: 20, activeCount: 20, costMs: 90 } },
      58,
      5,
    ],
    ['polls the progress of one backfill every 2 s when the list takes 23 s', { list: verySlowList }, 37, 2],
    [
      'requests a list that takes 23 s again after 37 s, so that a view gets a new list every minute',
      { list: verySlowList, progress: idle },
      37,
      undefined,
    ],
    [
      'polls the list every 5 min in the background, even if that exceeds the budget',
      { list: verySlowList, progress: idle, priority: 'background' },
      300,
      undefined,
    ],
    [
      'polls the list less often than once a minute if the configured interval requires it',
      { intervalMs: 30 * second, progress: idle },
      150,
      undefined,
    ],
    [
      'polls the list for progress when that costs less than polling each backfill',
      { list: { costMs: 200 }, progress: { backfillCount: 300, activeCount: 300, costMs: 5 } },
      3.75,
      5.625,
    ],
    [
      'polls the list for progress when one backfill takes as long as the list',
      { list: slowList, progress: { costMs: 2 * second } },
      3.75,
      5.625,
    ],
    [
      'polls a paused backfill in a view every 5 s',
      { progress: { backfillCount: 1, activeCount: 0 } },
      10,
      5,
    ],
    [
      'shares the polling budget with another window',
      { list: { costMs: 500 }, progress: idle, windowCount: 2 },
      20,
      undefined,
    ],
    [
      'shares the polling budget with two other windows',
      { list: { costMs: 500 }, progress: idle, windowCount: 3 },
      30,
      undefined,
    ],
    [
      'shares the polling budget with the backfill lists in a view',
      { list: { costMs: 500 }, progress: idle, backfillListFraction: 0.025 },
      20,
      undefined,
    ],
    [
      'leaves half of the polling budget to the list and the progress, regardless of the cost of backfill lists',
      { list: { costMs: 500 }, progress: idle, backfillListFraction: 0.5 },
      20,
      undefined,
    ],
    [
      'polls the progress at least every 5 s, regardless of how many windows share the polling budget',
      { list: slowList, progress: { backfillCount: 20, activeCount: 20, costMs: 50 }, windowCount: 5 },
      58,
      5,
    ],
    [
      'requests a list that is older than 30 s at once when the user opens the view',
      { list: { ...verySlowList, ageMs: 31 * second, wasViewShown: true }, progress: idle },
      0,
      undefined,
    ],
    [
      'keeps the interval for a newer list when the user opens the view',
      { list: { ...verySlowList, ageMs: 20 * second, wasViewShown: true }, progress: idle },
      17,
      undefined,
    ],
    [
      'does not poll single backfills after the requests for all of them failed',
      { list: slowList, progress: { isFailing: true } },
      58,
      undefined,
    ],

    [
      'retries 4 s after the first failure',
      { list: { consecutiveFailures: 1, failure: refused } },
      4,
      undefined,
    ],
    [
      'retries 32 s after the fourth failure',
      { list: { consecutiveFailures: 4, failure: refused } },
      32,
      undefined,
    ],
    [
      'retries after at most 60 s in a view, even after a hundred failures',
      { list: { consecutiveFailures: 100, failure: refused } },
      60,
      undefined,
    ],
    [
      'retries after at most 5 min in the background, even after a hundred failures',
      { list: { consecutiveFailures: 100, failure: refused }, priority: 'background' },
      300,
      undefined,
    ],
    [
      'halves the retry delay with the largest jitter',
      { list: { consecutiveFailures: 1, failure: refused }, jitter: 1 },
      2,
      undefined,
    ],
    [
      'retries no sooner than the configured interval',
      { list: { consecutiveFailures: 1, failure: refused }, intervalMs: 600 * second, jitter: 1 },
      600,
      undefined,
    ],
    [
      'retries no sooner than the configured interval when the user opens the view',
      {
        list: { consecutiveFailures: 1, failure: refused, wasViewShown: true },
        intervalMs: 600 * second,
        jitter: 1,
      },
      600,
      undefined,
    ],
    [
      'requests no progress after a TLS failure, because such a failure affects every request',
      { list: { consecutiveFailures: 1, failure: expired } },
      4,
      undefined,
    ],
    [
      'retries at once when the user opens the view after many failures',
      { list: { consecutiveFailures: 10, failure: refused, wasViewShown: true, ageMs: 4_000 } },
      0,
      undefined,
    ],
    [
      'retries at most every 2 s when the user opens the view again and again',
      { list: { consecutiveFailures: 10, failure: refused, wasViewShown: true, ageMs: 500 } },
      1.5,
      undefined,
    ],
    [
      'delays the retry in proportion to the duration of a list request that timed out, up to 60 s, and keeps polling the progress',
      { list: { consecutiveFailures: 1, failure: timedOut, failedDurationMs: 20 * second } },
      60,
      5,
    ],
    [
      'delays the retry in the background in proportion to the duration of the failed list request',
      {
        list: { consecutiveFailures: 1, failure: timedOut, failedDurationMs: 10 * second },
        priority: 'background',
      },
      200,
      5,
    ],
    [
      'keeps polling the progress when only the list fails',
      { list: { consecutiveFailures: 1, failure: { kind: 'server', status: 500, retryAfterMs: undefined } } },
      4,
      5,
    ],
    [
      'does not poll the progress when both the list and the progress fail',
      {
        list: { consecutiveFailures: 1, failure: { kind: 'server', status: 500, retryAfterMs: undefined } },
        progress: { isFailing: true },
      },
      4,
      undefined,
    ],
    [
      'waits as long as the server requests with Retry-After',
      { list: { consecutiveFailures: 1, failure: { kind: 'rateLimited', retryAfterMs: 60 * second } } },
      60,
      undefined,
    ],
    [
      'waits as long as the server requests, even when the user opens the view',
      {
        list: {
          consecutiveFailures: 1,
          failure: { kind: 'rateLimited', retryAfterMs: 60 * second },
          wasViewShown: true,
          ageMs: 10_000,
        },
      },
      50,
      undefined,
    ],
    [
      'waits longer than the largest back-off if the server requests it',
      { list: { consecutiveFailures: 1, failure: { kind: 'rateLimited', retryAfterMs: 3_600 * second } } },
      3_600,
      undefined,
    ],
    [
      'keeps the back-off if the server requests a shorter delay',
      { list: { consecutiveFailures: 4, failure: { kind: 'server', status: 503, retryAfterMs: second } } },
      32,
      5,
    ],
    [
      'sends no more requests after a rejected token',
      { list: { consecutiveFailures: 1, failure: { kind: 'unauthorized' }, wasViewShown: true } },
      undefined,
      undefined,
    ],
  ];
  const toMs = (seconds: number | undefined) => seconds && seconds * second;
  for (const [name, overrides, list, progress] of cases) {
    it(name, () => {
      assert.deepEqual(planPolls(createContext(overrides)), {
        msUntilList: toMs(list),
        msUntilProgress: toMs(progress),
      });
    });
  }

  it('polls the progress within 5.625 s and the list within a minute in a focused window, regardless of their cost', () => {
    for (const listMs of [1, 50, 500, 4_000, 30_000]) {
      for (const backfillMs of [2, 5, 50, 2_200]) {
        for (const activeCount of [1, 20, 500]) {
          const plan = planPolls(
            createContext({
              list: { costMs: listMs },
              progress: { backfillCount: activeCount, activeCount, costMs: backfillMs },
              windowCount: 4,
            }),
          );
          assert.ok((plan.msUntilList ?? Infinity) <= 60 * second);
          assert.ok((plan.msUntilProgress ?? Infinity) <= 5.625 * second);
        }
      }
    }
  });

  it('keeps the server busy with the list for at most 5% of the time, unless that would mean less than one list per minute', () => {
    for (const costMs of [1, 50, 500, 1_500, 3_000]) {
      for (const windowCount of [1, 2]) {
        const { msUntilList = 0 } = planPolls(
          createContext({ list: { costMs }, progress: idle, windowCount }),
        );
        assert.ok(costMs / msUntilList <= 0.05 / windowCount + 1e-9 || msUntilList >= 57 * second);
      }
    }
  });
});

describe('getListTimeoutMs', () => {
  for (const [slowestMs, expected] of [
    [undefined, 60_000],
    [49, 20_000],
    [11_000, 22_000],
    [20_000, 40_000],
    [40_000, 60_000],
    [60_000, 60_000],
  ] as const) {
    const condition =
      slowestMs === undefined ? 'before the first list' : `after a list that took ${slowestMs} ms`;
    it(`returns ${expected} ms ${condition}`, () => {
      assert.equal(getListTimeoutMs(slowestMs), expected);
    });
  }
});
