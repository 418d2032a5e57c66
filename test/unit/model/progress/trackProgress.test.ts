import assert from 'node:assert/strict';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { now } from '../../samples.ts';
import { BackfillObserver } from './BackfillObserver.ts';

describe('trackProgress', () => {
  it('returns the same object while nothing changes', () => {
    const { track, backfill, sink, at } = new BackfillObserver().addPages(3);
    assert.equal(trackProgress(track, backfill, at, sink), track);
    assert.equal(trackProgress(track, backfill, at + 2_000, sink), track);
    assert.equal(
      trackProgress(track, backfill, at - 1_000, sink),
      track,
      'after a correction of the clock skew',
    );
    assert.notEqual(trackProgress(track, backfill, at + 6_000, sink), track, 'the observed time is longer');
  });

  it('returns a track that JSON preserves', () => {
    const { track } = new BackfillObserver().addPages(20);
    assert.deepEqual(JSON.parse(JSON.stringify(track)), track);
  });

  it('stays small over a day of observations every 2 s, and keeps the first and the latest pages', () => {
    const rowsInitial = 1_000_000_000;
    const observer = new BackfillObserver({ rowsInitial }).addPages((24 * 3600) / 8);
    const { updates = [] } = observer.track ?? {};
    assert.ok(JSON.stringify(observer.track).length < 4_000);
    assert.equal(updates[0]?.rows, 40_000);
    assert.equal(updates.at(-1)?.rows, observer.backfill.rowsProcessed);
    const ages = updates.map(({ at }) => observer.at - at);
    assert.ok(ages.filter((age) => age < 60_000).length >= 5, 'the last minute in full');
    assert.ok(ages.filter((age) => age > 12 * 3600_000).length >= 3, 'the first half of the day too');
    assert.ok(Math.abs((observer.estimate()?.rowsPerSecond ?? 0) - 5_000) < 50);
  });

  it('dates a counter update by the server’s time, between the two observations', () => {
    const observer = new BackfillObserver().observeFor(60);
    observer.update({ rowsProcessed: 1_000 }).advance(1).observe();
    observer
      .advance(3600)
      .update({ rowsProcessed: 9_000_000, updatedAt: now + 100_000 })
      .observe();
    assert.deepEqual(
      observer.track?.updates.map(({ at }) => at - now),
      [60_500, 100_500],
    );
  });

  it('detects a pause and a resume between two observations', () => {
    const observer = new BackfillObserver().addPages(5).advance(20).update({}).advance(2).observe();
    const { startedAt, updates } = observer.addPages(1, 1_000).track ?? {};
    assert.deepEqual([startedAt, updates?.at(-1)?.startsSegment], [now + 60_000, true]);
  });

  it('starts over when the server’s clock or the counters are set back', () => {
    const observer = new BackfillObserver().addPages(5);
    assert.equal(trackProgress(observer.track, observer.backfill, observer.at - 3600_000).updates.length, 1);
    observer.advance(2).update({ rowsProcessed: 1_000 }).observe();
    assert.equal(observer.track?.updates.length, 1);
  });

  it('accepts counts beyond 2^53', () => {
    const observer = new BackfillObserver({ rowsInitial: 2n ** 60n, rowsProcessed: 2n ** 59n }).observeFor(4);
    observer.update({ rowsProcessed: 2n ** 59n + 40_000n }).observe();
    assert.ok(Number.isFinite(observer.track?.updates[0]?.rows));
  });
});
