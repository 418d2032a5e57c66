import assert from 'node:assert/strict';
import { getRefKey, parsePageRef, parseRefFields } from '../../../src/model/BackfillRef.ts';

const connectionId = 'c1';
const ref = { connectionId, sinkId: 's1', backfillId: 'b1' };

describe('a reference to a connection, a sink or a backfill', () => {
  it('has a key that begins with the keys of its connection and its sink', () => {
    assert.equal(getRefKey({ connectionId }), connectionId);
    assert.equal(getRefKey({ connectionId, sinkId: 's1' }), `${connectionId}/s1`);
    assert.equal(getRefKey(ref), `${connectionId}/s1/b1`);
  });

  it('is parsed without additional fields', () => {
    assert.deepEqual(parsePageRef({ ...ref, kind: 'backfill', scrollTop: 3 }), ref);
  });

  it('refers to a sink if it has no backfill id', () => {
    assert.deepEqual(parsePageRef({ connectionId, sinkId: 's1' }), { connectionId, sinkId: 's1' });
  });

  it('is parsed as undefined if the connection id or the sink id is missing or isn’t a string', () => {
    const withoutConnection = { sinkId: 's1', backfillId: 'b1' };
    const withoutSink = { ...ref, sinkId: 1 };
    for (const value of [
      undefined,
      null,
      1,
      'b1',
      [],
      {},
      { connectionId },
      withoutConnection,
      withoutSink,
    ]) {
      assert.equal(parsePageRef(value), undefined);
    }
  });

  it('has undefined fields for ids that are missing or aren’t strings', () => {
    assert.deepEqual(parseRefFields({ connectionId, sinkId: null }), {
      connectionId,
      sinkId: undefined,
      backfillId: undefined,
      databaseId: undefined,
    });
  });

  it('has the address as its connection id if version 0.1.0 saved the reference', () => {
    const address = 'https://example.com/sequin';
    assert.deepEqual(parsePageRef({ address, sinkId: 's1', backfillId: 'b1' }), {
      ...ref,
      connectionId: address,
    });
  });
});
