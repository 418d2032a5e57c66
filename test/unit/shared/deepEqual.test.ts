import assert from 'node:assert/strict';
import { inspect, isDeepStrictEqual } from 'node:util';
import { deepEqual } from '../../../src/shared/deepEqual.ts';
import { backfill, sink } from '../samples.ts';

describe('deepEqual', () => {
  const values: unknown[] = [
    null,
    undefined,
    0,
    1,
    1n,
    '',
    '1',
    [],
    [1],
    [1, 2],
    [undefined],
    {},
    { a: 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    { a: undefined },
    { b: undefined },
    { 0: 1 },
    { a: [{ b: 1n }] },
    { a: [{ b: 2n }] },
    sink(),
    sink({ health: null }),
    backfill(),
    backfill({ rowsProcessed: 9007199254740993n }),
  ];

  it('returns the same result as isDeepStrictEqual of Node.js', () => {
    for (const a of values) {
      for (const b of values) {
        const copy = structuredClone(b);
        assert.equal(deepEqual(a, copy), isDeepStrictEqual(a, copy), `${inspect(a)} and ${inspect(b)}`);
      }
    }
  });
});
