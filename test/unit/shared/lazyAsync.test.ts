import assert from 'node:assert/strict';
import { lazyAsync } from '../../../src/shared/lazy.ts';

describe('lazyAsync', () => {
  it('creates the value once, also for calls at the same time, and tries again after a failure', async () => {
    let attempts = 0;
    const get = lazyAsync(async () => {
      attempts += 1;
      await Promise.resolve();
      if (attempts === 1) {
        throw new Error('too many open files');
      }
      return { attempts };
    });
    await assert.rejects(get(), /too many open files/);
    const [first, second] = await Promise.all([get(), get()]);
    assert.equal(first, second);
    assert.equal(await get(), first);
    assert.equal(attempts, 2);
  });
});
