import assert from 'node:assert/strict';
import { LastViewed, type MementoLike } from '../../../src/servers/LastViewed.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

describe('when the user last looked', () => {
  const values = new Map<string, unknown>();
  const memory: MementoLike = {
    get: (key) => values.get(key),
    update: (key, value) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };

  beforeEach(() => {
    values.clear();
  });

  it('is when the extension was first there, for one who never did', async () => {
    const clock = new TestClock(now);
    assert.equal(new LastViewed(memory, clock).timestamp, now);
    await clock.turn(1_000);
    assert.equal(new LastViewed(memory, clock).timestamp, now);
  });

  it('is never over while they look, and the end of it later, also in the next session', async () => {
    const clock = new TestClock(now);
    const lastLooked = new LastViewed(memory, clock);
    let changes = 0;
    lastLooked.onDidChange(() => (changes += 1));
    lastLooked.setVisible(true);
    lastLooked.setVisible(true);
    await clock.turn(1_000);
    assert.equal(lastLooked.timestamp, Number.POSITIVE_INFINITY);
    assert.equal(new LastViewed(memory, clock).timestamp, now);
    lastLooked.setVisible(false);
    await clock.turn(1_000);
    assert.equal(lastLooked.timestamp, now + 1_000);
    assert.equal(new LastViewed(memory, clock).timestamp, now + 1_000);
    assert.equal(changes, 2);
  });
});
