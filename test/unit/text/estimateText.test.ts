import assert from 'node:assert/strict';
import type { ProgressEstimate } from '../../../src/model/progress/estimate.ts';
import { setLocale } from '../../../src/text/format.ts';
import { formatRowsPerSecond, formatTimeLeft } from '../../../src/text/estimateText.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

function left(displayedRemainingMs: number | null): string | undefined {
  const estimate: ProgressEstimate = {
    rowsPerSecond: 1,
    averageRowsPerSecond: 1,
    remainingMs: 1,
    displayedRemainingMs,
  };
  return formatTimeLeft(estimate);
}

describe('the words for progress', () => {
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
    it(`${ms / second} s: ${expected}`, () => {
      assert.equal(left(ms), expected);
    });
  }

  it('say no time that nobody knows', () => {
    assert.equal(left(null), undefined);
    assert.equal(formatTimeLeft(undefined), undefined);
  });

  it('only ever go down as the time does', () => {
    const texts: (string | undefined)[] = [];
    for (let ms = 3 * hour; ms >= 0; ms -= second) {
      if (left(ms) !== texts.at(-1)) texts.push(left(ms));
    }
    assert.equal(new Set(texts).size, texts.length, 'none is come back to');
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
    it(`${rate} rows a second: ${expected}`, () => {
      assert.equal(formatRowsPerSecond(rate), expected);
    });
  }

  it('say no rate that nobody knows', () => {
    assert.equal(formatRowsPerSecond(undefined), undefined);
  });
});
