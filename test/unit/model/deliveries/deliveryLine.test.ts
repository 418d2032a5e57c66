import assert from 'node:assert/strict';
import { addDeliverySample, noDeliveries } from '../../../../src/model/deliveries/deliveries.ts';
import { type DeliveryLine, interpolateLine } from '../../../../src/model/deliveries/deliveryLine.ts';
import { backfill, now } from '../../samples.ts';

/** Adds a sample of a sink's counter every 5 s from the start of the sink's backfill. Returns the backfill's line. */
function createLine(
  counters: readonly (number | undefined)[],
  { isCharted = true, isCompleted = false } = {},
) {
  let deliveries = noDeliveries;
  for (const [index, delivered] of counters.entries()) {
    const isLast = index === counters.length - 1;
    deliveries = addDeliverySample(
      deliveries,
      {
        at: now + index * 5_000,
        counters: new Map(delivered === undefined ? [] : [['s', { delivered, failed: 0 }]]),
      },
      {
        sinkIds: new Set(['s']),
        backfills: [
          backfill({
            id: 'b',
            sinkId: 's',
            insertedAt: now,
            state: isCompleted && isLast ? 'completed' : 'active',
          }),
        ],
        chartedIds: new Set(isCharted ? ['b'] : []),
        clockSkewMs: 0,
      },
    );
  }
  return deliveries.ofBackfills.get('b')?.line ?? assert.fail();
}

const toSeconds = (line: DeliveryLine) => line.map(([at, count]) => [(at - now) / 1000, count]);
const interpolateAt = (line: DeliveryLine, ...seconds: readonly number[]) =>
  interpolateLine(
    line,
    seconds.map((second) => now + second * 1000),
  );

describe('the line of deliveries', () => {
  const cases: [string, (number | undefined)[], (readonly [number, number])[]][] = [
    [
      'starts at 0 with the first sample',
      [700, 750, 800],
      [
        [0, 0],
        [5, 50],
        [10, 100],
      ],
    ],
    [
      'counts a missing counter as 0',
      [undefined, undefined, 80],
      [
        [0, 0],
        [5, 0],
        [10, 80],
      ],
    ],
    [
      'continues to rise after the counters are reset',
      [700, 800, 30, 50],
      [
        [0, 0],
        [5, 100],
        [10, 130],
        [15, 150],
      ],
    ],
  ];
  for (const [title, counters, expected] of cases) {
    it(title, () => {
      assert.deepEqual(toSeconds(createLine(counters)), expected);
    });
  }

  it('has at most 120 points for a long backfill, including the first and the last', () => {
    const line = toSeconds(createLine(Array.from({ length: 20_000 }, (_, index) => index)));
    assert.ok(line.length > 60 && line.length <= 120, String(line.length));
    assert.deepEqual(
      [line[0], line.at(-1)],
      [
        [0, 0],
        [99_995, 19_999],
      ],
    );
  });

  it('is dropped when the backfill finishes, unless the backfill has a chart', () => {
    assert.equal(createLine([1, 2, 3], { isCompleted: true }).length, 3);
    assert.equal(createLine([1, 2, 3], { isCompleted: true, isCharted: false }).length, 0);
    assert.equal(createLine([1, 2, 3], { isCharted: false }).length, 3);
  });

  it('is unknown before the first sample, and more than 30 s after the last sample', () => {
    const line = createLine([0, 10, 30]);
    assert.deepEqual(interpolateAt(line, -1, 0, 2.5, 5, 9, 10, 40, 41), [null, 0, 5, 10, 26, 30, 30, null]);
    assert.deepEqual(interpolateAt([], 0, 1), [null, null]);
  });
});
