import assert from 'node:assert/strict';
import { formatDateTime, formatTimeOfDay, setLocale } from '../../../src/text/format.ts';
import { now } from '../samples.ts';

describe('times', () => {
  after(() => {
    setLocale('en', 'UTC');
  });

  it('are in the time zone of the user', () => {
    setLocale('en', 'America/New_York');
    assert.match(formatTimeOfDay(now), /^8:00:00\sAM$/);
    setLocale('en', 'Asia/Tokyo');
    assert.match(formatDateTime(now), /^Jun 15, 2026, 9:00:00\sPM$/);
  });

  for (const timeZone of ['Atlantis/Poseidonis', '', '\u0000', undefined]) {
    it(`are in the time zone of the process if the user's is ${JSON.stringify(timeZone)}`, () => {
      setLocale('en', timeZone);
      const expected = new Intl.DateTimeFormat('en', { timeStyle: 'medium' }).format(now);
      assert.equal(formatTimeOfDay(now), expected);
    });
  }
});
