import assert from 'node:assert/strict';
import type { BackfillDeliveries } from '../../../src/model/deliveries/deliveries.ts';
import type { Failure } from '../../../src/model/failure.ts';
import {
  describeDeliveryLine,
  describeDeliveryOutcome,
  describeMetricsFailure,
  toDeliveryFacts,
  toDeliveryRateFacts,
} from '../../../src/text/deliveryText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { now } from '../samples.ts';

const noDeliveries: BackfillDeliveries = {
  sinkId: 's',
  delivered: 0,
  failed: 0,
  isComplete: true,
  isFinal: false,
  line: [],
};

describe('deliveryText', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  it('shows the deliveries since the backfill began, with the current rates while the backfill is unfinished', () => {
    const ofBackfill = { ...noDeliveries, delivered: 8_796, failed: 1_204 };
    const rates = { deliveredPerSecond: 1_234.4, failedPerSecond: 0.26 };
    assert.deepEqual(toDeliveryFacts({ ofBackfill, rates, updatedAt: now - 5_000 }, now), [
      { label: 'Deliveries of this sink since the backfill began', value: '8,796 · 1,234/s' },
      { label: 'Failed delivery attempts', value: '1,204 · 0.3/s · 12% of all attempts' },
    ]);
    assert.deepEqual(toDeliveryFacts({ ofBackfill: { ...ofBackfill, isFinal: true }, rates }, now), [
      { label: 'Deliveries of this sink during the backfill', value: '8,796' },
      { label: 'Failed delivery attempts', value: '1,204 · 12% of all attempts' },
    ]);
    assert.deepEqual(toDeliveryFacts({ ofBackfill: undefined, rates }, now), []);
  });

  it('shows the delivery rates of a sink unless the rates are old', () => {
    const format = (failedPerSecond: number, ageMs: number) =>
      toDeliveryRateFacts(
        { rates: { deliveredPerSecond: 99, failedPerSecond }, updatedAt: now - ageMs },
        now,
      ).map(({ label, value }) => `${label}: ${value}`);
    assert.deepEqual(format(1, 5_000), [
      'Deliveries: 99/s',
      'Failed delivery attempts: 1/s · 1% of all attempts',
    ]);
    assert.deepEqual(format(0, 5_000), ['Deliveries: 99/s', 'Failed delivery attempts: 0/s']);
    assert.deepEqual(format(0.02, 5_000), [
      'Deliveries: 99/s',
      'Failed delivery attempts: < 0.1/s · < 1% of all attempts',
    ]);
    assert.deepEqual(format(0, 7_200_000), []);
    assert.deepEqual(format(0, -7_200_000), [], 'the clock was set back');
    assert.deepEqual(toDeliveryRateFacts({ rates: undefined }, now), []);
  });

  it('shows the age of old numbers instead of the rates while the backfill is unfinished', () => {
    const ofBackfill = { ...noDeliveries, delivered: 8_796 };
    const rates = { deliveredPerSecond: 1_234.4, failedPerSecond: 0 };
    const formatValues = (updatedAt: number, isFinal = false) =>
      toDeliveryFacts({ ofBackfill: { ...ofBackfill, isFinal }, rates, updatedAt }, now).map(
        // Intl puts a narrow no-break space before AM and PM.
        ({ value }) => value.replace(/\s/g, ' '),
      );
    assert.deepEqual(formatValues(now - 7_200_000), ['8,796 · 2 h ago', '0']);
    assert.deepEqual(formatValues(now - 7_200_000, true), ['8,796', '0']);
    assert.deepEqual(formatValues(now + 7_200_000), ['8,796 · 2:00 PM', '0'], 'the clock was set back');
  });

  it('describes the outcome of the deliveries only if the outcome is known', () => {
    const cases: [Partial<BackfillDeliveries> | undefined, string][] = [
      [{ delivered: 10 }, 'no failed deliveries'],
      [{ delivered: 10, isComplete: false }, ''],
      [{ failed: 1 }, '1 failed delivery attempt'],
      [{ failed: 1_204 }, '1,204 failed delivery attempts'],
      [{ failed: 1_204, isComplete: false }, 'at least 1,204 failed delivery attempts'],
      [{ failed: 1_204, isFinal: false }, ''],
      [undefined, ''],
    ];
    for (const [overrides, expected] of cases) {
      const ofBackfill = overrides && { ...noDeliveries, isFinal: true, ...overrides };
      assert.equal(
        describeDeliveryOutcome({ ofBackfill, rates: undefined }),
        expected,
        JSON.stringify(overrides),
      );
    }
  });

  it('says since when the line in the chart counts deliveries', () => {
    const line = [[now - 60_000, 0] as const];
    const describe = (overrides: Partial<BackfillDeliveries>) =>
      describeDeliveryLine({ ...noDeliveries, line, ...overrides }, now);
    assert.equal(describe({}), 'Deliveries of this sink since the backfill began');
    assert.equal(describe({ isFinal: true }), 'Deliveries of this sink during the backfill');
    assert.equal(describe({ isComplete: false }), 'Deliveries of this sink since 11:59 AM, at least');
  });

  it('explains why the metrics can’t be read', () => {
    const cases: [Failure, string][] = [
      [{ kind: 'unauthorized' }, 'host:8376/metrics rejected the user name or the password.'],
      [{ kind: 'notFound', resource: 'api' }, 'There are no metrics at host:8376/metrics.'],
      [
        { kind: 'invalidResponse', reason: 'shape', status: 200 },
        'The response from host:8376/metrics doesn’t contain Sequin’s metrics.',
      ],
    ];
    for (const [failure, expected] of cases) {
      assert.equal(describeMetricsFailure(failure, 'http://host:8376/metrics'), expected);
    }
  });
});
