import assert from 'node:assert/strict';
import {
  addDeliverySample,
  type BackfillDeliveries,
  type DeliveryCounters,
  noDeliveries,
} from '../../../../src/model/deliveries/deliveries.ts';
import { backfill, now } from '../../samples.ts';

const second = 1_000;
const sinkId = 's';

/**
 * A sample, and what is known when its response arrives. Times are in seconds since the backfill was created; earlier
 * times are negative. `delivered` is undefined if the sink has no counters. `completedSeconds` is undefined while the
 * backfill is unfinished.
 */
type Step = readonly [
  seconds: number,
  delivered: number | undefined,
  failed?: number,
  completedSeconds?: number,
];

/** Adds samples of a sink with one backfill. The server's clock is 5 s ahead. */
function addSamples(...steps: readonly Step[]) {
  let deliveries = noDeliveries;
  const serverNow = now + 5 * second;
  for (const [seconds, delivered, failed = 0, completedSeconds] of steps) {
    const counters = new Map<string, DeliveryCounters>();
    if (delivered !== undefined) {
      counters.set(sinkId, { delivered, failed });
    }
    deliveries = addDeliverySample(
      deliveries,
      { at: now + seconds * second, counters },
      {
        sinkIds: new Set([sinkId]),
        backfills:
          seconds < 0
            ? []
            : [
                backfill({
                  id: 'b',
                  sinkId,
                  insertedAt: serverNow,
                  ...(completedSeconds !== undefined && {
                    state: 'completed',
                    completedAt: serverNow + completedSeconds * second,
                  }),
                }),
              ],
        chartedIds: new Set<string>(),
        clockSkewMs: 5 * second,
      },
    );
  }
  return deliveries;
}

describe('addDeliverySample', () => {
  const cases: [title: string, steps: Step[], expected: Partial<BackfillDeliveries> | undefined][] = [
    [
      'counts from a sample that is from shortly before the backfill',
      [
        [-10, 100, 7],
        [2, 150, 8],
        [9, 300, 9],
      ],
      { delivered: 200, failed: 2, isComplete: true },
    ],
    [
      'counts from a sample that is from before the first rows',
      [
        [2, 100],
        [9, 300],
      ],
      { delivered: 200, isComplete: true },
    ],
    [
      'reports a minimum if the first sample is from after the first rows',
      [
        [20, 100, 4],
        [29, 300, 5],
      ],
      { delivered: 200, failed: 1, isComplete: false },
    ],
    [
      'doesn’t count deliveries from long before the backfill',
      [
        [-600, 100],
        [9, 300],
        [12, 310],
      ],
      { delivered: 10, isComplete: false },
    ],
    [
      'counts a missing counter as 0',
      [
        [1, undefined],
        [9, 300, 2],
      ],
      { delivered: 300, failed: 2, isComplete: true },
    ],
    [
      'reports a minimum if the server restarts during the backfill',
      [
        [1, 1_000, 5],
        [9, 1_100, 6],
        [19, 30, 1],
      ],
      { delivered: 130, failed: 2, isComplete: false },
    ],
    [
      'reports a minimum if the server restarts while the backfill begins',
      [
        [-10, 1_000, 9],
        [9, 30, 1],
        [19, 50, 2],
      ],
      { delivered: 20, failed: 1, isComplete: false },
    ],
    [
      'reports a minimum if the counters disappear',
      [
        [1, 1_000],
        [9, 1_100],
        [19, undefined],
        [29, 50],
      ],
      { delivered: 150, isComplete: false },
    ],
    [
      'stops counting after the first sample that was requested after the finish',
      [
        [1, 0],
        [9, 100],
        [19, 200, 3, 12],
        [29, 900, 900, 12],
      ],
      { delivered: 200, failed: 3, isComplete: true, isFinal: true },
    ],
    [
      'continues to count after a sample that was requested before the finish',
      [
        [1, 0],
        [9, 100, 0, 12],
        [19, 200, 3, 12],
      ],
      { delivered: 200, failed: 3, isComplete: true, isFinal: true },
    ],
    [
      'reports a minimum after a gap in which a restart may have gone unnoticed',
      [
        [1, 1_000],
        [9, 1_100],
        [609, 1_200],
        [1_210, 1_300],
      ],
      { delivered: 300, isComplete: false },
    ],
    [
      'doesn’t count deliveries from long after the finish',
      [
        [1, 0],
        [9, 100],
        [200, 9_000, 3, 12],
      ],
      { delivered: 100, isComplete: false, isFinal: true },
    ],
    ['counts nothing for a backfill that finished before the first sample', [[9, 100, 3, 8]], undefined],
  ];
  for (const [title, steps, expected] of cases) {
    it(title, () => {
      const actual = addSamples(...steps).ofBackfills.get('b');
      const line = actual?.line ?? [];
      assert.deepEqual(
        actual,
        expected && { sinkId, delivered: 0, failed: 0, isFinal: false, line, ...expected },
      );
    });
  }

  it('computes the rates over the last 30 s', () => {
    const { rates } = addSamples([0, 0], [10, 9_000], [20, 10_000, 50], [40, 12_000, 100]);
    assert.deepEqual(rates.get(sinkId), { deliveredPerSecond: 100, failedPerSecond: 100 / 30 });
  });

  it('computes no rates from a single sample or across a restart of the server', () => {
    assert.equal(addSamples([0, 100]).rates.size, 0);
    assert.equal(addSamples([0, 100], [10, 50]).rates.size, 0);
  });

  it('keeps the points of the line in chronological order if the clock is set back', () => {
    const { line } =
      addSamples([0, 0], [10, 100], [20, 200], [12, 300]).ofBackfills.get('b') ?? assert.fail();
    assert.deepEqual(
      line.map(([at, count]) => [(at - now) / second, count]),
      [
        [0, 0],
        [10, 100],
        [12, 300],
      ],
    );
  });

  it('doesn’t mistake the deletion of a sink for a restart of the server', () => {
    const counters = (ids: readonly string[]) =>
      new Map(ids.map((id): [string, DeliveryCounters] => [id, { delivered: 10, failed: 0 }]));
    const state = {
      sinkIds: new Set([sinkId]),
      backfills: [backfill({ id: 'b', sinkId, insertedAt: now })],
      chartedIds: new Set<string>(),
      clockSkewMs: 0,
    };
    const before = addDeliverySample(
      noDeliveries,
      { at: now, counters: counters([sinkId, 'deleted']) },
      state,
    );
    const after = addDeliverySample(before, { at: now + second, counters: counters([sinkId]) }, state);
    assert.equal(after.ofBackfills.get('b')?.isComplete, true);
  });
});
