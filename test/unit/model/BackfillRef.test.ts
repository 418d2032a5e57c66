import assert from 'node:assert/strict';
import { getRefKey, parseBackfillRef, parseRefFields } from '../../../src/model/BackfillRef.ts';

const address = 'https://example.com/sequin';
const ref = { address, sinkId: 's1', backfillId: 'b1' };

describe('a reference to a backfill', () => {
  it('has a key that extends those of its sink and its connection', () => {
    assert.equal(getRefKey({ address }), address);
    assert.equal(getRefKey({ address, sinkId: 's1' }), `${address}/s1`);
    assert.equal(getRefKey(ref), `${address}/s1/b1`);
  });

  it('is parsed from a value with additional fields', () => {
    assert.deepEqual(parseBackfillRef({ ...ref, kind: 'backfill', scrollTop: 3 }), ref);
  });

  it('is undefined for a value that is not a complete reference', () => {
    for (const value of [undefined, null, 1, 'b1', [], {}, { address }, { ...ref, sinkId: 1 }]) {
      assert.equal(parseBackfillRef(value), undefined);
    }
  });

  it('keeps the fields that are strings when others are missing', () => {
    assert.deepEqual(parseRefFields({ address, sinkId: null }), {
      address,
      sinkId: undefined,
      backfillId: undefined,
    });
  });
});
