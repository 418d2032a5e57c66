import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { findAlerts } from '../../../src/servers/alerts.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { backfill, now, sink } from '../samples.ts';

const hour = 3600_000;

describe('findAlerts', () => {
  it('classifies the backfills of a snapshot at most once per second, and shares the result between views', () => {
    const store = new SnapshotStore();
    const items = [{ sink: sink(), unfinishedBackfills: [backfill()] }];
    store.applySinks({ items, skipped: 0, serverTime: now }, now);
    const { running } = findAlerts(store.snapshot, now, now);
    assert.equal(running.length, 1);
    assert.equal(findAlerts(store.snapshot, now + 999, 0).running, running);
    assert.notEqual(findAlerts(store.snapshot, now + 1_000, 0).running, running);
  });

  it('finds a stall of a new backfill only after the time that the first rows may take', () => {
    const findCauses = (changes: Partial<Backfill>, afterMs: number) => {
      const store = new SnapshotStore();
      const unfinished = backfill({ rowsProcessed: 0, updatedAt: now, insertedAt: now, ...changes });
      for (let time = now; time <= now + afterMs; time += 2_000) {
        store.applySinks(
          { items: [{ sink: sink(), unfinishedBackfills: [unfinished] }], skipped: 0, serverTime: time },
          time,
        );
      }
      return findAlerts(store.snapshot, now + afterMs, now).stalled.map(({ stall }) => stall.cause.kind);
    };
    assert.deepEqual(findCauses({ rowsInitial: null }, 4 * 60_000), []);
    assert.deepEqual(findCauses({ rowsInitial: null }, hour), ['notReading']);
    assert.deepEqual(findCauses({}, 4 * 60_000), []);
    assert.deepEqual(findCauses({}, 6 * 60_000), ['notReading']);
    assert.deepEqual(findCauses({ rowsProcessed: 94_000 }, 20_000), []);
    assert.deepEqual(findCauses({ rowsProcessed: 94_000, insertedAt: now - 60_000 }, 4 * 60_000), [
      'unknown',
    ]);
  });
});
