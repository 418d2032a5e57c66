import assert from 'node:assert/strict';
import { lazy } from '../../../src/shared/lazy.ts';

describe('lazy', () => {
  for (const value of [{}, 0, null, undefined]) {
    it(`creates a value on the first call only: ${JSON.stringify(value)}`, () => {
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
