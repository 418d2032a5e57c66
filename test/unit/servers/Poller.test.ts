import assert from 'node:assert/strict';
import { Poller } from '../../../src/servers/Poller.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

describe('Poller', () => {
  let clock: TestClock;
  let delayMs: number | undefined;
  let pollCount: number;
  let finishPoll: () => void;
  let scheduled: (number | undefined)[];
  let poller: Poller;

  beforeEach(() => {
    clock = new TestClock(now);
    delayMs = 2_000;
    pollCount = 0;
    scheduled = [];
    poller = new Poller({
      poll: () => {
        pollCount += 1;
        return new Promise((resolve) => {
          finishPoll = resolve;
        });
      },
      plan: () => delayMs,
      onScheduled: (nextPollAt) => scheduled.push(nextPollAt),
      clock,
    });
  });
  afterEach(() => {
    poller.dispose();
  });

  it('polls as planned, one poll at a time', async () => {
    poller.reschedule();
    await clock.advance(2_000);
    assert.equal(pollCount, 1);
    poller.reschedule();
    await clock.advance(60_000);
    assert.equal(pollCount, 1);
    finishPoll();
    await clock.advance(2_000);
    assert.equal(pollCount, 2);
  });

  it('joins the poll in progress instead of starting another one', async () => {
    void poller.pollNow();
    void poller.pollNow();
    await clock.advance(0);
    assert.equal(pollCount, 1);
  });

  it('reports the time of the next poll, or undefined if no poll is planned', () => {
    poller.reschedule();
    delayMs = undefined;
    poller.reschedule();
    assert.deepEqual(scheduled, [now + 2_000, undefined]);
    assert.ok(!clock.hasPendingTimers);
  });

  it('plans no poll after it is disposed', async () => {
    poller.reschedule();
    poller.dispose();
    poller.reschedule();
    await clock.advance(60_000);
    assert.equal(pollCount, 0);
  });
});
