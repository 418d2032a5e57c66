import assert from 'node:assert/strict';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { now } from '../../samples.ts';
import { BackfillObserver } from './BackfillObserver.ts';

describe('what is kept of a backfill over time', () => {
  it('is the same object while nothing is new', () => {
    const { track, backfill, sink, at } = new BackfillObserver().pages(3);
    assert.equal(trackProgress(track, backfill, at, sink), track);
    assert.equal(trackProgress(track, backfill, at + 2_000, sink), track);
    assert.equal(trackProgress(track, backfill, at - 1_000, sink), track, 'a skew told anew');
    assert.notEqual(trackProgress(track, backfill, at + 6_000, sink), track, 'it was watched for longer');
  });

  it('outlives JSON', () => {
    const { track } = new BackfillObserver().pages(20);
    assert.deepEqual(JSON.parse(JSON.stringify(track)), track);
  });

  it('stays small over a day of looks every 2 s, and still knows the first pages and the last', () => {
    const rowsInitial = 1_000_000_000;
    const watch = new BackfillObserver({ rowsInitial }).pages((24 * 3600) / 8);
    const { updates = [] } = watch.track ?? {};
    assert.ok(JSON.stringify(watch.track).length < 4_000);
    assert.equal(updates[0]?.rows, 40_000);
    assert.equal(updates.at(-1)?.rows, watch.backfill.rowsProcessed);
    const ages = updates.map(({ at }) => watch.at - at);
    assert.ok(ages.filter((age) => age < 60_000).length >= 5, 'the last minute in full');
    assert.ok(ages.filter((age) => age > 12 * 3600_000).length >= 3, 'the first half of the day too');
    assert.ok(Math.abs((watch.estimate()?.rowsPerSecond ?? 0) - 5_000) < 50);
  });

  it('takes a write’s time from the server, to within the looks before and after it', () => {
    const watch = new BackfillObserver().watch(60);
    watch.change({ rowsProcessed: 1_000 }).sleep(1).look();
    watch
      .sleep(3600)
      .change({ rowsProcessed: 9_000_000, updatedAt: now + 100_000 })
      .look();
    assert.deepEqual(
      watch.track?.updates.map(({ at }) => at - now),
      [60_500, 100_500],
    );
  });

  it('notices a pause and a resume that fell between two looks', () => {
    const watch = new BackfillObserver().pages(5).sleep(20).change({}).sleep(2).look();
    const { startedAt, updates } = watch.pages(1, 1_000).track ?? {};
    assert.deepEqual([startedAt, updates?.at(-1)?.startsSegment], [now + 60_000, true]);
  });

  it('begins anew when the server’s clock is set back or the counters are', () => {
    const watch = new BackfillObserver().pages(5);
    assert.equal(trackProgress(watch.track, watch.backfill, watch.at - 3600_000).updates.length, 1);
    watch.sleep(2).change({ rowsProcessed: 1_000 }).look();
    assert.equal(watch.track?.updates.length, 1);
  });

  it('holds counts beyond 2^53', () => {
    const watch = new BackfillObserver({ rowsInitial: 2n ** 60n, rowsProcessed: 2n ** 59n }).watch(4);
    watch.change({ rowsProcessed: 2n ** 59n + 40_000n }).look();
    assert.ok(Number.isFinite(watch.track?.updates[0]?.rows));
  });
});
