import assert from 'node:assert/strict';
import {
  formatDuration,
  formatPercent,
  formatRelativeTime,
  formatTime,
  setLocale,
} from '../../../src/text/format.ts';
import { now } from '../samples.ts';

describe('formatTime', () => {
  after(() => {
    setLocale('en', 'UTC');
  });

  it('uses the time zone of the user', () => {
    setLocale('en', 'America/New_York');
    assert.match(formatTime(now, now), /^8:00:00\sAM$/);
    setLocale('en', 'Asia/Tokyo');
    assert.match(formatTime(now, 0), /^Jun 15, 2026, 9:00:00\sPM$/);
  });

  for (const timeZone of ['Atlantis/Poseidonis', '', '\u0000', undefined]) {
    it(`uses the time zone of the process if the user's time zone is ${JSON.stringify(timeZone)}`, () => {
      setLocale('en', timeZone);
      const expected = new Intl.DateTimeFormat('en', { timeStyle: 'medium' }).format(now);
      assert.equal(formatTime(now, now), expected);
    });
  }
});

describe('formatDuration', () => {
  after(() => {
    setLocale('en', 'UTC');
  });

  for (const [ms, expected] of [
    [-1, '0 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [3_605_000, '1 h'],
    [3_725_000, '1 h 2 min'],
    [90_061_000, '1 d 1 h'],
    [Infinity, '100,000,000 d'],
  ] as const) {
    it(`formats ${String(ms)} ms in at most two units, as "${expected}"`, () => {
      setLocale('en', 'UTC');
      assert.equal(formatDuration(ms), expected);
    });
  }

  it('uses the digits of the locale, even for a duration of 0', () => {
    setLocale('ar-EG', 'UTC');
    assert.deepEqual([0, 61_000].map(formatDuration), ['٠ s', '١ min ١ s']);
  });
});

describe('formatRelativeTime', () => {
  for (const [ageMs, expected] of [
    [4_999, 'just now'],
    [5_000, '5 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [25 * 3600_000, '1 d ago'],
    // The server's clock may be ahead of the local clock.
    [-59_999, 'just now'],
    [-60_000, 'in 1 min'],
  ] as const) {
    it(`returns "${expected}" for an age of ${String(ageMs)} ms`, () => {
      setLocale('en', 'UTC');
      assert.equal(formatRelativeTime(now - ageMs, now), expected);
    });
  }
});

describe('formatPercent', () => {
  it('rounds down, so only a fraction of 1 is 100%', () => {
    setLocale('en', 'UTC');
    assert.deepEqual([0, 0.29, 0.999_999, 1].map(formatPercent), ['0%', '29%', '99%', '100%']);
  });
});
