import assert from 'node:assert/strict';
import { Poller } from '../../../src/servers/Poller.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

describe('Poller', () => {
  it('polls all sinks on request after a pending poll of the running sinks', async () => {
    const clock = new TestClock(now);
    const scopes: string[] = [];
    const finishPoll: (() => void)[] = [];
    const poller = new Poller({
      poll: (scope) => {
        scopes.push(scope);
        return new Promise((resolve) => finishPoll.push(resolve));
      },
      planNextPoll: () => ({ scope: 'running', delayMs: 2_000 }),
      onScheduled: () => undefined,
      clock,
    });
    poller.watch('view');
    await clock.advance(0);
    void poller.pollNow();
    await clock.advance(0);
    assert.deepEqual(scopes, ['running']);
    finishPoll[0]?.();
    await clock.advance(0);
    assert.deepEqual(scopes, ['running', 'all']);
    poller.dispose();
  });
});
