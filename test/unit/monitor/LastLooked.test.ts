import assert from 'node:assert/strict';
import { LastLooked, type Memory } from '../../../src/monitor/LastLooked.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

describe('when the user last looked', () => {
  const values = new Map<string, unknown>();
  const memory: Memory = {
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
    assert.equal(new LastLooked(memory, clock).at, now);
    await clock.turn(1_000);
    assert.equal(new LastLooked(memory, clock).at, now);
  });

  it('is never over while they look, and the end of it later, also in the next session', async () => {
    const clock = new TestClock(now);
    const lastLooked = new LastLooked(memory, clock);
    let changes = 0;
    lastLooked.onDidChange(() => (changes += 1));
    lastLooked.setLooking(true);
    lastLooked.setLooking(true);
    await clock.turn(1_000);
    assert.equal(lastLooked.at, Number.POSITIVE_INFINITY);
    assert.equal(new LastLooked(memory, clock).at, now);
    lastLooked.setLooking(false);
    await clock.turn(1_000);
    assert.equal(lastLooked.at, now + 1_000);
    assert.equal(new LastLooked(memory, clock).at, now + 1_000);
    assert.equal(changes, 2);
  });
});
