import assert from 'node:assert/strict';
import { lazy, lazyAsync } from '../../../src/shared/lazy.ts';

describe('lazy', () => {
  for (const value of [{}, 0, null, undefined]) {
    it(`creates the value ${JSON.stringify(value)} only on the first call`, () => {
      let creations = 0;
      const getValue = lazy(() => {
        creations += 1;
        return value;
      });
      assert.equal(creations, 0);
      assert.deepEqual([getValue(), getValue()], [value, value]);
      assert.equal(creations, 1);
    });
  }
});

describe('lazyAsync', () => {
  it('creates the value only once, even for concurrent calls, and tries again after a failure', async () => {
    let attempts = 0;
    const getValue = lazyAsync(async () => {
      attempts += 1;
      await Promise.resolve();
      if (attempts === 1) {
        throw new Error('too many open files');
      }
      return { attempts };
    });
    await assert.rejects(getValue(), /too many open files/);
    const [first, second] = await Promise.all([getValue(), getValue()]);
    assert.equal(first, second);
    assert.equal(await getValue(), first);
    assert.equal(attempts, 2);
  });
});
