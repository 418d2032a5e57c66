import assert from 'node:assert/strict';
import { formatDuration, formatTime, setLocale } from '../../../src/text/format.ts';
import { now } from '../samples.ts';

describe('times', () => {
  after(() => {
    setLocale('en', 'UTC');
  });

  it('are in the time zone of the user', () => {
    setLocale('en', 'America/New_York');
    assert.match(formatTime(now, now), /^8:00:00\sAM$/);
    setLocale('en', 'Asia/Tokyo');
    assert.match(formatTime(now, 0), /^Jun 15, 2026, 9:00:00\sPM$/);
  });

  for (const timeZone of ['Atlantis/Poseidonis', '', '\u0000', undefined]) {
    it(`are in the time zone of the process if the user's is ${JSON.stringify(timeZone)}`, () => {
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

  it('uses the digits of the locale, also for a duration of 0', () => {
    setLocale('ar-EG', 'UTC');
    assert.deepEqual([0, 61_000].map(formatDuration), ['٠ s', '١ min ١ s']);
  });
});
