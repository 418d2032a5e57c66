import assert from 'node:assert/strict';
import type { SinkAnswer, SinkListing } from '../../../src/api/SequinApi.ts';
import { SnapshotStore } from '../../../src/monitor/SnapshotStore.ts';
import { findBackfill, type SnapshotChange } from '../../../src/monitor/Snapshot.ts';
import { backfill, now, sink } from '../samples.ts';

const answer = (id: string, ...openBackfills: SinkAnswer['openBackfills']): SinkAnswer => ({
  sink: sink({ id }),
  openBackfills,
});
const listing = (items: readonly SinkAnswer[], serverTime?: number): SinkListing => ({
  items,
  leftOut: 0,
  serverTime,
});
const of = (sinkId: string, id: string, different = {}) => backfill({ sinkId, id, ...different });

describe('the store of what is known of a server', () => {
  let store: SnapshotStore;
  let changes: SnapshotChange[];

  beforeEach(() => {
    store = new SnapshotStore();
    changes = [];
    store.applySinks(listing([answer('a', of('a', 'a1')), answer('b')]), now);
    store.onDidChange((change) => changes.push(change));
  });

  const lastChange = () => {
    const { sinkIds, backfillIds, membership } = changes.at(-1) ?? assert.fail('nothing changed');
    return { sinks: [...sinkIds], backfills: [...backfillIds], membership };
  };

  it('the same answer again changes nothing, and keeps every value', () => {
    const before = store.snapshot;
    store.applySinks(listing([answer('b'), answer('a', of('a', 'a1'))]), now + 1);
    assert.deepEqual(lastChange(), { sinks: [], backfills: [], membership: false });
    assert.equal(store.snapshot.sinks.get('a'), before.sinks.get('a'));
    assert.equal(store.snapshot.backfills.get('a'), before.backfills.get('a'));
  });

  it('a backfill that moved changes itself and its sink, and nothing else', () => {
    store.applySinks(listing([answer('a', of('a', 'a1', { rowsProcessed: 95_000 })), answer('b')]), now);
    assert.deepEqual(lastChange(), { sinks: ['a'], backfills: ['a1'], membership: false });
  });

  it('sinks come and go, with their backfills', () => {
    store.applySinks(listing([answer('b'), answer('c')]), now);
    assert.deepEqual(lastChange(), { sinks: ['c', 'a'], backfills: ['a1'], membership: true });
    assert.equal(findBackfill(store.snapshot, 'a', 'a1'), undefined);
  });

  it('a sink in place of another is a change of membership though there are as many', () => {
    store.applySinks(listing([answer('b'), answer('c')]), now);
    assert.equal(lastChange().membership, true);
  });

  it('a backfill that left the list is named, and stays until its end is known', () => {
    const departed = store.applySinks(listing([answer('a'), answer('b')]), now);
    assert.deepEqual(
      departed.map(({ id }) => id),
      ['a1'],
    );
    assert.equal(findBackfill(store.snapshot, 'a', 'a1')?.state, 'active');
    store.applyBackfill(of('a', 'a1', { state: 'completed', completedAt: now, updatedAt: now }), now);
    assert.deepEqual(store.applySinks(listing([answer('a'), answer('b')]), now), []);
  });

  it('an answer that was overtaken does not turn a backfill back', () => {
    store.applyBackfill(of('a', 'a1', { state: 'paused', updatedAt: now }), now);
    store.applySinks(listing([answer('a', of('a', 'a1', { updatedAt: now - 2_000 })), answer('b')]), now);
    assert.equal(findBackfill(store.snapshot, 'a', 'a1')?.state, 'paused');
  });

  it('a history is the whole of what a sink had', () => {
    store.applyHistory('a', [of('a', 'a0', { state: 'completed' })], now);
    assert.deepEqual([...(store.snapshot.backfills.get('a')?.keys() ?? [])], ['a0']);
    assert.deepEqual(lastChange(), { sinks: ['a'], backfills: ['a1', 'a0'], membership: false });
  });

  it('what was known stays beside a failure', () => {
    store.setSinksLoad({ loading: false, failure: { kind: 'cancelled' } });
    assert.equal(store.snapshot.sinks.size, 2);
    assert.equal(store.snapshot.sinksLoad.loadedAt, now);
  });
});
