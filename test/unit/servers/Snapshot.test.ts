import assert from 'node:assert/strict';
import { getShownLoad, isStale } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { backfill, now, sink } from '../samples.ts';

describe('getShownLoad', () => {
  const slow = backfill({ id: 'slow' });
  const fast = backfill({ id: 'fast' });
  const paused = backfill({ id: 'paused', state: 'paused' });
  let store: SnapshotStore;
  const loadedAt = (...args: [typeof slow?]) => getShownLoad(store.snapshot, ...args).loadedAt;

  beforeEach(() => {
    store = new SnapshotStore();
    const items = [{ sink: sink(), unfinishedBackfills: [slow, fast, paused] }];
    store.applySinks({ items, skipped: 0, serverTime: undefined }, now);
  });

  it('has the time of the oldest progress of the running backfills', () => {
    store.applyBackfill(fast, now + 9_000);
    assert.equal(loadedAt(), now);
    store.applyBackfill(slow, now + 5_000);
    assert.equal(loadedAt(), now + 5_000);
  });

  it('has the time of one backfill', () => {
    store.applyBackfill(fast, now + 9_000);
    assert.equal(loadedAt(fast), now + 9_000);
    assert.equal(loadedAt(paused), now);
  });

  it('has no time for a finished backfill, which does not change any more', () => {
    const finished = backfill({ id: 'fast', state: 'completed', completedAt: now });
    store.applyBackfill(finished, now + 9_000);
    assert.equal(loadedAt(finished), undefined);
    store.setSinksLoad({ failure: { kind: 'timeout', afterMs: 60_000 } });
    assert.equal(loadedAt(finished), now);
  });

  it('is the load time of the sink list if no backfill is running', () => {
    const items = [{ sink: sink(), unfinishedBackfills: [{ ...slow, state: 'paused' as const }] }];
    store = new SnapshotStore();
    store.applySinks({ items, skipped: 0, serverTime: undefined }, now + 3_000);
    assert.equal(loadedAt(), now + 3_000);
  });

  it('keeps the failure and the mark of the last session', () => {
    const failure = { kind: 'cancelled' } as const;
    store.setSinksLoad({ failure });
    assert.deepEqual(getShownLoad(store.snapshot).failure, failure);
    store.setSinksLoad({ fromCache: true });
    assert.equal(getShownLoad(store.snapshot, slow), store.snapshot.sinksLoad);
  });
});

describe('isStale', () => {
  const shown = backfill({ id: 'shown' });
  const other = backfill({ id: 'other' });
  let store: SnapshotStore;

  beforeEach(() => {
    store = new SnapshotStore();
    const items = [{ sink: sink(), unfinishedBackfills: [shown, other] }];
    store.applySinks({ items, skipped: 0, serverTime: undefined }, now);
    store.setSinksLoad({ failure: { kind: 'timeout', afterMs: 60_000 } });
  });

  it('is true while the list of sinks fails', () => {
    assert.ok(isStale(store.snapshot, shown, now + 1_000));
  });

  it('is false for a backfill with later progress, until that is old too', () => {
    store.applyBackfill(shown, now + 60_000);
    assert.equal(isStale(store.snapshot, shown, now + 89_000), false);
    assert.ok(isStale(store.snapshot, other, now + 89_000));
    assert.ok(isStale(store.snapshot, shown, now + 90_000));
  });
});
