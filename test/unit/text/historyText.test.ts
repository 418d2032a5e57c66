import assert from 'node:assert/strict';
import { setLocale } from '../../../src/text/format.ts';
import { formatEventTime } from '../../../src/text/historyText.ts';
import { now } from '../samples.ts';

describe('formatEventTime', () => {
  const hourMs = 3600_000;
  for (const [ageMs, expected] of [
    [hourMs, '11:00:00 AM'],
    [12 * hourMs, 'Jun 15, 2026, 12:00:00 AM'],
    // In the future, because the clock was set back.
    [-hourMs, '1:00:00 PM'],
    [-12 * hourMs, 'Jun 16, 2026, 12:00:00 AM'],
  ] as const) {
    it(`formats the time of an event with an age of ${String(ageMs / hourMs)} h as "${expected}"`, () => {
      setLocale('en', 'UTC');
      const event = { kind: 'created', at: now - ageMs } as const;
      const text = formatEventTime(event, { now, clockSkewMs: 0 });
      assert.equal(text.replace(/\s/g, ' '), expected);
    });
  }
});
