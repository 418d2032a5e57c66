import assert from 'node:assert/strict';
import type { ProgressEstimate } from '../../../src/model/progress/estimate.ts';
import { setLocale } from '../../../src/text/format.ts';
import { formatRowsPerSecond, formatTimeLeft } from '../../../src/text/estimateText.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

function formatRemaining(displayedRemainingMs: number | null): string | undefined {
  const estimate: ProgressEstimate = {
    rowsPerSecond: 1,
    averageRowsPerSecond: 1,
    remainingMs: 1,
    displayedRemainingMs,
  };
  return formatTimeLeft(estimate);
}

describe('texts of an estimate', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const times: [number, string][] = [
    [0, 'less than a minute left'],
    [59 * second, 'less than a minute left'],
    [60 * second, 'about 1 min left'],
    [4 * minute + 20 * second, 'about 4 min left'],
    [9 * minute + 50 * second, 'about 10 min left'],
    [10 * minute, 'about 10 min left'],
    [13 * minute, 'about 15 min left'],
    [58 * minute, 'about 1 h left'],
    [80 * minute, 'about 1 h 30 min left'],
    [5.1 * hour, 'about 5 h left'],
    [47.9 * hour, 'about 2 d left'],
    [75 * hour, 'about 3 d left'],
  ];
  for (const [ms, expected] of times) {
    it(`round a time left of ${ms / second} s: ${expected}`, () => {
      assert.equal(formatRemaining(ms), expected);
    });
  }

  it('omit an unknown time left', () => {
    assert.equal(formatRemaining(null), undefined);
    assert.equal(formatTimeLeft(undefined), undefined);
  });

  it('never return to an earlier text while the time left decreases', () => {
    const texts: (string | undefined)[] = [];
    for (let ms = 3 * hour; ms >= 0; ms -= second) {
      if (formatRemaining(ms) !== texts.at(-1)) {
        texts.push(formatRemaining(ms));
      }
    }
    assert.equal(new Set(texts).size, texts.length, 'no text appears twice');
    assert.ok(texts.length > 20);
  });

  const rates: [number, string | undefined][] = [
    [12_437, '12,000 rows/s'],
    [995, '1,000 rows/s'],
    [83.4, '83 rows/s'],
    [7.4, '7 rows/s'],
    [1.02, '1 row/s'],
    [0.2, 'less than 1 row/s'],
    [0, undefined],
    [NaN, undefined],
    [Infinity, undefined],
  ];
  for (const [rate, expected] of rates) {
    it(`round a rate of ${rate} rows per second: ${expected}`, () => {
      assert.equal(formatRowsPerSecond(rate), expected);
    });
  }

  it('omit an unknown rate', () => {
    assert.equal(formatRowsPerSecond(undefined), undefined);
  });
});
