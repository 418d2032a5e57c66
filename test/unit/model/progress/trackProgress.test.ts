import assert from 'node:assert/strict';
import type { ProgressTrack } from '../../../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { readRecordedSeries } from '../../../bench/series.ts';
import { busySeries, quietSeries } from '../../../recordings/recordings.ts';
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
    assert.notEqual(
      trackProgress(track, backfill, at + 6_000, sink),
      track,
      'the time of the observation is recorded',
    );
  });

  it('returns a track that can be stored as JSON', () => {
    const { track } = new BackfillObserver().addPages(20);
    assert.deepEqual(JSON.parse(JSON.stringify(track)), track);
  });

  it('returns a small track, even after a day of observations every 2 s', () => {
    const rowsInitial = 1_000_000_000;
    const observer = new BackfillObserver({ rowsInitial }).addPages((24 * 3600) / 8);
    assert.ok(JSON.stringify(observer.track).length < 1_000);
    assert.equal(observer.track?.lastUpdate?.rows, observer.backfill.rowsProcessed);
    assert.ok(Math.abs((observer.estimate()?.rowsPerSecond ?? 0) - 5_000) < 50);
  });

  it('dates a counter update by updated_at, not by the time of the observation', () => {
    const observer = new BackfillObserver().observeFor(60);
    observer.update({ rowsProcessed: 1_000 }).advance(1).observe();
    assert.equal(observer.track?.lastUpdate?.at, now + 60_500);
    observer
      .advance(3600)
      .update({ rowsProcessed: 9_000_000, updatedAt: now + 100_000 })
      .observe();
    assert.equal(observer.track.lastUpdate.at, now + 100_500);
  });

  it('treats an update without progress as a pause and a resume, so the next page does not change the pace', () => {
    const observer = new BackfillObserver().addPages(5).advance(20).update({}).advance(2).observe();
    const { pace: paceBefore } = observer.track ?? {};
    const { startedAt, pace } = observer.addPages(1, 1_000).track ?? {};
    assert.equal(startedAt, now + 60_000);
    assert.deepEqual(pace, paceBefore);
  });

  it('starts over if the server’s clock is set back or the counters are reset', () => {
    const observer = new BackfillObserver().addPages(5);
    assert.equal(trackProgress(observer.track, observer.backfill, observer.at - 3600_000).pace, null);
    observer.advance(2).update({ rowsProcessed: 1_000 }).observe();
    assert.equal(observer.track?.pace, null);
  });

  describe('the number of rows read again', () => {
    const cases: [string, (observer: BackfillObserver) => BackfillObserver, number][] = [
      ['a restart of the reader', (observer) => observer.addPages(1, 1_000, 30), 40_000],
      [
        'a restart that is observed only after the second page',
        (observer) => observer.addPages(1, 3_000, 30),
        40_000,
      ],
      ['a resume', (observer) => pauseAndResume(observer).addPages(1, 7_000), 40_000],
      ['a resume that continues with the next page', (observer) => pauseAndResume(observer).addPages(1), 0],
      ['a timeout that makes the next page smaller', (observer) => observer.addPages(1, 31_600, 30), 0],
    ];
    for (const [name, interrupt, reread] of cases) {
      it(`is ${reread} after ${name}`, () => {
        const observer = interrupt(new BackfillObserver().addPages(8));
        assert.equal(observer.track?.rereadRows, reread);
      });
    }

    for (const name of [...quietSeries, ...busySeries]) {
      it(`equals the number of rows by which the recorded backfill ${name} exceeds its row count`, () => {
        let track: ProgressTrack | undefined;
        const { observations } = readRecordedSeries(name);
        for (const { at, backfill } of observations) {
          track = trackProgress(track, backfill, at);
        }
        const { rowsInitial, rowsProcessed } = observations.at(-1)?.backfill ?? assert.fail();
        assert.equal(track?.rereadRows, Number(rowsProcessed) - Number(rowsInitial));
      });
    }
  });

  it('tracks counts beyond 2^53', () => {
    const observer = new BackfillObserver({ rowsInitial: 2n ** 60n, rowsProcessed: 2n ** 59n }).observeFor(4);
    observer.update({ rowsProcessed: 2n ** 59n + 40_000n }).observe();
    assert.ok(Number.isFinite(observer.track?.lastUpdate?.rows));
  });
});

function pauseAndResume(observer: BackfillObserver): BackfillObserver {
  return observer.pauseFor(20);
}
