import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { createMonotonicTime, systemClock } from '../../../src/shared/clock.ts';

describe('systemClock', () => {
  it('limits the delay of a timer to about 25 days, because a longer timer would fire at once', () => {
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

describe('a monotonic time', () => {
  /** In each of `steps` steps, the uptime advances by `uptimeMs`, and the clock by `nowMs`. */
  const rows: readonly [title: string, uptimeMs: number, nowMs: number, elapsedMs: number, steps?: number][] =
    [
      ['advances by the elapsed time while the clock is not set', 500, 500, 500],
      ['advances after the clock was set back', 500, -3_600_000, 500],
      ['includes the sleep of the machine', 500, 3_600_000, 3_600_000],
      ['doesn’t decrease when the clock is set back by less than a second', 500, -400, 0],
      ['advances even if the clock is repeatedly set back by less than a second', 1_000, 100, 10_000, 10],
    ];
  for (const [title, uptimeMs, nowMs, elapsedMs, steps = 1] of rows) {
    it(title, () => {
      let [now, uptime] = [1_000_000, 7];
      const monotonicNow = createMonotonicTime(
        () => now,
        () => uptime,
      );
      const startedAt = monotonicNow();
      for (let step = 0; step < steps; step++) {
        now += nowMs;
        uptime += uptimeMs;
        monotonicNow();
      }
      assert.equal(monotonicNow() - startedAt, elapsedMs);
    });
  }
});
