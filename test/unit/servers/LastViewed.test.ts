import assert from 'node:assert/strict';
import { LastViewed } from '../../../src/servers/LastViewed.ts';
import { MementoStub } from '../MementoStub.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

describe('LastViewed', () => {
  let memento: MementoStub;

  beforeEach(() => {
    memento = new MementoStub();
  });

  it('returns the time of the first activation until a view becomes visible', async () => {
    const clock = new TestClock(now);
    assert.equal(new LastViewed(memento, clock).timestamp, now);
    await clock.advance(1_000);
    assert.equal(new LastViewed(memento, clock).timestamp, now);
  });

  it('returns infinity while a view is visible, and afterwards the time when the view was hidden, even in the next session', async () => {
    const clock = new TestClock(now);
    const lastViewed = new LastViewed(memento, clock);
    let changeCount = 0;
    lastViewed.onDidChange(() => (changeCount += 1));
    lastViewed.setVisible('sinks', true);
    lastViewed.setVisible('sinks', true);
    await clock.advance(1_000);
    assert.equal(lastViewed.timestamp, Number.POSITIVE_INFINITY);
    assert.equal(new LastViewed(memento, clock).timestamp, now);
    lastViewed.setVisible('sinks', false);
    await clock.advance(1_000);
    assert.equal(lastViewed.timestamp, now + 1_000);
    assert.equal(new LastViewed(memento, clock).timestamp, now + 1_000);
    assert.equal(changeCount, 2);
  });

  it('returns the current time after the clock was set back, so later failures count as new', async () => {
    const clock = new TestClock(now);
    const lastViewed = new LastViewed(memento, clock);
    clock.setBack(3600_000);
    assert.equal(lastViewed.timestamp, now - 3600_000);
    await clock.advance(60_000);
    assert.equal(lastViewed.timestamp, now - 3600_000, 'a failure in this minute counts as new');
  });
});
