import assert from 'node:assert/strict';
import type { ProgressEstimate } from '../../../src/model/progress/estimate.ts';
import { formatRowsPerSecond, formatTimeLeftValue } from '../../../src/text/estimateText.ts';
import { setLocale } from '../../../src/text/format.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const withoutTimeLeft: ProgressEstimate = { rowsPerSecond: 1, averageRowsPerSecond: 1, timeLeft: null };

function formatRemaining(ms: number, [minMs, maxMs] = [0.9 * ms, 1.1 * ms]): string | undefined {
  return formatTimeLeftValue({ ...withoutTimeLeft, timeLeft: { ms, minMs, maxMs } });
}

describe('estimateText', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const times: [number, string][] = [
    [0, '< 1 min'],
    [59 * second, '< 1 min'],
    [60 * second, 'about 1 min'],
    [4 * minute + 20 * second, 'about 4 min'],
    [9 * minute + 50 * second, 'about 10 min'],
    [10 * minute, 'about 10 min'],
    [13 * minute, 'about 15 min'],
    [58 * minute, 'about 1 h'],
    [80 * minute, 'about 1 h 30 min'],
    [5.1 * hour, 'about 5 h'],
    [47.9 * hour, 'about 2 d'],
    [75 * hour, 'about 3 d'],
  ];
  for (const [ms, expected] of times) {
    it(`rounds a time left of ${ms / second} s to "${expected}"`, () => {
      assert.equal(formatRemaining(ms), expected);
    });
  }

  const ranges: [min: number, max: number, expected: string][] = [
    [10 * second, 50 * second, '< 1 min'],
    [20 * second, 100 * second, '< 2 min'],
    [20 * second, 140 * second, '< 3 min'],
    [3.6 * minute, 9.4 * minute, '4–9 min'],
    [3.6 * minute, 4.4 * minute, 'about 4 min'],
    [62 * second, 85 * second, 'about 1 min'],
    [9 * minute, 32 * minute, '10–30 min'],
    [40 * minute, 100 * minute, '30–90 min'],
    [50 * minute, 3.2 * hour, '1–3 h'],
    [20 * hour, 60 * hour, '1–3 d'],
  ];
  for (const [min, max, expected] of ranges) {
    it(`formats a time left of ${min / second} to ${max / second} s as "${expected}"`, () => {
      assert.equal(formatRemaining((min + max) / 2, [min, max]), expected);
    });
  }

  it('returns undefined for an unknown time left', () => {
    assert.equal(formatTimeLeftValue(withoutTimeLeft), undefined);
    assert.equal(formatTimeLeftValue(undefined), undefined);
  });

  it('never returns to an earlier text while the time left decreases', () => {
    const texts: (string | undefined)[] = [];
    for (let ms = 3 * hour; ms >= 0; ms -= second) {
      if (formatRemaining(ms) !== texts.at(-1)) {
        texts.push(formatRemaining(ms));
      }
    }
    assert.equal(new Set(texts).size, texts.length);
    assert.ok(texts.length > 20);
  });

  const rates: [number, string | undefined][] = [
    [12_437, '12K rows/s'],
    [995, '1K rows/s'],
    [83.4, '83 rows/s'],
    [7.4, '7 rows/s'],
    [1.02, '1 row/s'],
    [1.4, '1 row/s'],
    [1.49, '2 rows/s'],
    [0.2, '< 1 row/s'],
    [0, undefined],
    [NaN, undefined],
    [Infinity, undefined],
  ];
  for (const [rate, expected] of rates) {
    it(`formats a rate of ${rate} rows per second as ${JSON.stringify(expected)}`, () => {
      assert.equal(formatRowsPerSecond(rate), expected);
    });
  }

  it('returns undefined for an unknown rate', () => {
    assert.equal(formatRowsPerSecond(undefined), undefined);
  });
});
