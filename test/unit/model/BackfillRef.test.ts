import assert from 'node:assert/strict';
import { getRefKey, parsePageRef, parseRefFields } from '../../../src/model/BackfillRef.ts';

const connectionId = 'c1';
const ref = { connectionId, sinkId: 's1', backfillId: 'b1' };

describe('a reference to a connection, a sink or a backfill', () => {
  it('has a key that extends those of its sink and its connection', () => {
    assert.equal(getRefKey({ connectionId }), connectionId);
    assert.equal(getRefKey({ connectionId, sinkId: 's1' }), `${connectionId}/s1`);
    assert.equal(getRefKey(ref), `${connectionId}/s1/b1`);
  });

  it('is parsed from a value with additional fields', () => {
    assert.deepEqual(parsePageRef({ ...ref, kind: 'backfill', scrollTop: 3 }), ref);
  });

  it('identifies a sink if it has no backfill id', () => {
    assert.deepEqual(parsePageRef({ connectionId, sinkId: 's1' }), { connectionId, sinkId: 's1' });
  });

  it('is undefined if the connection or the sink is missing', () => {
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

  it('keeps the fields that are strings, and sets the others to undefined', () => {
    assert.deepEqual(parseRefFields({ connectionId, sinkId: null }), {
      connectionId,
      sinkId: undefined,
      backfillId: undefined,
      databaseId: undefined,
    });
  });

  it('is parsed from the state of a page that version 0.1.0 saved, with the address as the id', () => {
    const address = 'https://example.com/sequin';
    assert.deepEqual(parsePageRef({ address, sinkId: 's1', backfillId: 'b1' }), {
      ...ref,
      connectionId: address,
    });
  });
});
