import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { getShownLoad, isStale } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { backfill, now, sink } from '../samples.ts';

describe('getShownLoad', () => {
  const slow = backfill({ id: 'slow' });
  const fast = backfill({ id: 'fast' });
  const paused = backfill({ id: 'paused', state: 'paused' });
  let store: SnapshotStore;
  const getLoadedAt = (shown?: Backfill) => getShownLoad(store.snapshot, shown).loadedAt;

  beforeEach(() => {
    store = new SnapshotStore();
    const items = [{ sink: sink(), unfinishedBackfills: [slow, fast, paused] }];
    store.applySinks({ items, skipped: 0, serverTime: undefined }, now);
  });

  it('returns the arrival time of the oldest progress among the running backfills', () => {
    store.applyBackfill(fast, now + 9_000);
    assert.equal(getLoadedAt(), now);
    store.applyBackfill(slow, now + 5_000);
    assert.equal(getLoadedAt(), now + 5_000);
  });

  it('returns the arrival time of the progress of a given backfill', () => {
    store.applyBackfill(fast, now + 9_000);
    assert.equal(getLoadedAt(fast), now + 9_000);
    assert.equal(getLoadedAt(paused), now);
  });

  it('returns no time for a finished backfill unless the request for the list of sinks failed', () => {
    const finished = backfill({ id: 'fast', state: 'completed', completedAt: now });
    store.applyBackfill(finished, now + 9_000);
    assert.equal(getLoadedAt(finished), undefined);
    store.setSinksLoad({ failure: { kind: 'timeout', afterMs: 60_000 } });
    assert.equal(getLoadedAt(finished), now);
  });

  it('returns the load time of the list of sinks if no backfill is running', () => {
    const items = [{ sink: sink(), unfinishedBackfills: [{ ...slow, state: 'paused' as const }] }];
    store = new SnapshotStore();
    store.applySinks({ items, skipped: 0, serverTime: undefined }, now + 3_000);
    assert.equal(getLoadedAt(), now + 3_000);
  });

  it('returns the failure, and whether the data is from the last session', () => {
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

  it('returns true while requests for the list of sinks fail', () => {
    assert.ok(isStale(store.snapshot, shown, now + 1_000));
  });

  it('returns false for a backfill whose progress arrived after the failure and less than 30 s ago', () => {
    store.applyBackfill(shown, now + 60_000);
    assert.equal(isStale(store.snapshot, shown, now + 89_999), false);
    assert.ok(isStale(store.snapshot, other, now + 89_999));
    assert.ok(isStale(store.snapshot, shown, now + 90_000));
  });

  it('returns true if the clock was set back after the progress arrived', () => {
    store.applyBackfill(shown, now + 60_000);
    assert.ok(isStale(store.snapshot, shown, now + 59_999));
  });
});
