import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { systemClock } from '../../../src/shared/clock.ts';

describe('systemClock', () => {
  it('caps a delay beyond the limit of timers at about 25 days', () => {
    const time = install({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let calls = 0;
      for (const delayMs of [2 ** 31, 86_400_000_000, Number.MAX_VALUE, Infinity]) {
        systemClock.schedule(delayMs, () => (calls += 1));
      }
      time.tick(24 * 86_400_000);
      assert.equal(calls, 0);
      time.tick(86_400_000);
      assert.equal(calls, 4);
    } finally {
      time.uninstall();
    }
  });
});
