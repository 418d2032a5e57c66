import assert from 'node:assert/strict';
import { Poller } from '../../../src/servers/Poller.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

describe('a poller', () => {
  it('asked by hand while only the running sinks are asked for, asks for all after them', async () => {
    const clock = new TestClock(now);
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const poller = new Poller({
      poll: (what) => {
        asked.push(what);
        return new Promise((resolve) => answers.push(resolve));
      },
      planNextPoll: () => ({ scope: 'running', delayMs: 2_000 }),
      onScheduled: () => undefined,
      clock,
    });
    poller.watch('view');
    await clock.turn(0);
    void poller.pollNow();
    await clock.turn(0);
    assert.deepEqual(asked, ['running']);
    answers[0]?.();
    await clock.turn(0);
    assert.deepEqual(asked, ['running', 'all']);
    poller.dispose();
  });
});
