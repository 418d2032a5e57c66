import assert from 'node:assert/strict';
import { estimateProgress, computeOutcome } from '../../../../src/model/progress/estimate.ts';
import type { ProgressTrack } from '../../../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { formatTimeLeft } from '../../../../src/text/estimateText.ts';
import { measureAccuracy } from '../../../bench/accuracy.ts';
import { COMPLETED_SERIES, emulatedSeries, recordedSeries, syntheticSeries } from '../../../bench/series.ts';
import { backfill, now } from '../../samples.ts';
import { BackfillObserver } from './BackfillObserver.ts';

/** Held to be equal to within a share of what is expected. */
function near(actual: number | null | undefined, expected: number, within = 0.02): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) <= within * expected, `${actual} is not near ${expected}`);
}

describe('the estimate of a backfill', () => {
  it('says nothing before there is something to go by', () => {
    const watch = new BackfillObserver().watch(20);
    assert.equal(watch.estimate(), undefined);
    watch.pages(1, 1_000);
    assert.equal(watch.estimate(), undefined, 'one write has no pace');
    watch.pages(2, 2_000, 1);
    assert.equal(watch.estimate()?.displayedRemainingMs, null, 'a pace, but not one to show');
  });

  it('shows no time before a third step, however large', () => {
    const watch = new BackfillObserver().pages(3);
    assert.notEqual(watch.estimate()?.remainingMs, undefined);
    assert.equal(watch.estimate()?.displayedRemainingMs, null);
    assert.notEqual(watch.pages(1).estimate()?.displayedRemainingMs, null);
  });

  it('says nothing of one that is stalled', () => {
    assert.equal(new BackfillObserver().pages(6).watch(60).estimate(), undefined);
  });

  it('shows another end only for one that is clearly another', () => {
    const watch = new BackfillObserver({ rowsInitial: 10_000_000 }).pages(20);
    const shownEnd = (): number => (watch.estimate()?.displayedRemainingMs ?? NaN) + watch.at;
    const before = shownEnd();
    watch.pages(3, 40_000, 10);
    assert.equal(shownEnd(), before);
    watch.pages(10, 40_000, 16);
    assert.ok(shownEnd() > before + 200_000);
  });

  it('is told nothing by short pauses either', () => {
    const watch = new BackfillObserver();
    for (let round = 0; round < 5; round += 1) {
      watch.pages(2).change({ state: 'paused' }).watch(20).change({ state: 'active' });
    }
    near(watch.pages(1).estimate()?.rowsPerSecond, 5_000);
  });

  it('knows the rate, and what remains', () => {
    const watch = new BackfillObserver().pages(6);
    near(watch.estimate()?.rowsPerSecond, 5_000);
    near(watch.estimate()?.averageRowsPerSecond, 5_000);
    near(watch.estimate()?.remainingMs, (760_000 / 5_000) * 1000);
  });

  it('counts down between pages, and stands still once one is overdue', () => {
    const watch = new BackfillObserver().pages(6);
    const remaining = (): number => watch.estimate()?.remainingMs ?? NaN;
    const before = remaining();
    near(before - (watch.watch(6), remaining()), 6_000);
    watch.watch(2);
    const due = remaining();
    watch.watch(8);
    assert.ok(remaining() >= due, 'no page, no progress');
  });

  it('goes by what is left, without a count has a rate only, and past its count is about to end', () => {
    const uncounted = new BackfillObserver({ rowsInitial: null }).pages(6);
    near(uncounted.estimate()?.rowsPerSecond, 5_000);
    assert.equal(uncounted.estimate()?.remainingMs, null);
    const past = new BackfillObserver({ rowsInitial: 200_000 }).pages(6);
    assert.deepEqual([past.estimate()?.remainingMs, past.estimate()?.displayedRemainingMs], [0, null]);
  });

  it('is told nothing by a pause: of the backfill, or of its sink', () => {
    for (const pause of ['backfill', 'sink'] as const) {
      const watch = new BackfillObserver().pages(6);
      if (pause === 'sink') watch.edit({ status: 'paused' });
      else watch.change({ state: 'paused' });
      watch.watch(600);
      assert.equal(watch.estimate(), undefined, 'it rests');
      if (pause === 'sink') watch.edit({ status: 'active' });
      else watch.change({ state: 'active' });
      watch.look();
      near(watch.estimate()?.remainingMs, 152_000, 0.03);
      watch.pages(6);
      near(watch.estimate()?.rowsPerSecond, 5_000);
      near(watch.estimate()?.averageRowsPerSecond, 5_000);
    }
  });

  it('outlives an hour of sleep in which the server went on', () => {
    const watch = new BackfillObserver({ rowsInitial: 100_000_000 }).pages(20);
    watch
      .sleep(3600)
      .change({ rowsProcessed: 800_000 + 3600 * 5_000 })
      .look();
    near(watch.estimate()?.rowsPerSecond, 5_000);
    watch.pages(1);
    near(watch.estimate()?.remainingMs, ((100_000_000 - 18_840_000) / 5_000) * 1000);
  });

  it('takes a restart of 34 s for what it is', () => {
    const watch = new BackfillObserver().pages(8).watch(34).pages(3);
    near(watch.estimate()?.rowsPerSecond, 5_000);
  });

  it('follows a pace that changed for good', () => {
    const watch = new BackfillObserver({ rowsInitial: 100_000_000 }).pages(10).pages(20, 40_000, 80);
    near(watch.estimate()?.rowsPerSecond, 500, 0.1);
  });

  it('of one first seen in mid-run begins with its average, and soon goes by what it sees', () => {
    const start = now - 3600_000;
    const watch = new BackfillObserver({
      rowsInitial: 4_000_000,
      rowsProcessed: 2_000_000,
      insertedAt: start,
    }).look();
    near(watch.estimate()?.rowsPerSecond, 2_000_000 / 3600);
    assert.notEqual(watch.estimate()?.displayedRemainingMs, null);
    watch.pages(4);
    near(watch.estimate()?.rowsPerSecond, 5_000);
  });

  it('never divides by nothing', () => {
    for (const different of [
      { rowsInitial: 0 },
      { rowsInitial: 0, rowsProcessed: 5 },
      { rowsProcessed: 1_000_000 },
      { insertedAt: now + 3600_000, rowsProcessed: 7 },
    ]) {
      const watch = new BackfillObserver(different).look().look();
      watch
        .change({ rowsProcessed: Number(watch.backfill.rowsProcessed) + 1 })
        .look()
        .pages(3, 1, 0);
      for (const value of Object.values(watch.estimate() ?? {}) as (number | null)[]) {
        assert.ok(value === null || Number.isFinite(value));
      }
    }
  });

  it('does not go by the editor’s clock: the same an hour ahead, since it is never told of it', () => {
    const looks = recordedSeries(COMPLETED_SERIES[0] ?? '').looks;
    const hour = 3600_000;
    let track: ProgressTrack | undefined;
    let shifted: ProgressTrack | undefined;
    for (const { at, backfill: seen } of looks) {
      track = trackProgress(track, seen, at);
      const { insertedAt, updatedAt } = seen;
      const later = { ...seen, insertedAt: insertedAt + hour, updatedAt: updatedAt + hour };
      shifted = trackProgress(shifted, later, at + hour);
      assert.deepEqual(estimateProgress(shifted, later, at + hour), estimateProgress(track, seen, at));
    }
  });
});

describe('the accuracy of the time left', () => {
  for (const everyMs of [500, 2_000]) {
    for (const name of COMPLETED_SERIES) {
      it(`is better than both simple rules on ${name}, seen every ${everyMs} ms`, () => {
        const rows = measureAccuracy([recordedSeries(name, everyMs)]);
        const [ours, ...others] = ['ours', 'overall', 'window'].map((rule) =>
          rows.find((row) => row.rule === rule),
        );
        for (const other of others) {
          assert.ok(ours && other && ours.median < other.median, `median, ${other?.rule}`);
          assert.ok(ours.p90 < other.p90, `90th percentile, ${other.rule}`);
        }
      });
    }
  }

  it('is better on most other series, and in the mean far better', () => {
    const rows = measureAccuracy([...emulatedSeries(), ...syntheticSeries()]);
    const of = (rule: string): number[] =>
      rows.filter((row) => row.rule === rule).flatMap(({ median, p90 }) => [median, p90]);
    const ours = of('ours');
    for (const rule of ['overall', 'window']) {
      const theirs = of(rule);
      const won = ours.filter((error, index) => error <= (theirs[index] ?? 0) + 0.001).length;
      assert.ok(won >= 0.8 * ours.length, `${won} of ${ours.length} against ${rule}`);
      const mean = (errors: number[]): number =>
        errors.reduce((sum, error) => sum + Math.min(1, error), 0) / errors.length;
      assert.ok(mean(ours) < mean(theirs) / 2, rule);
    }
  });
});

describe('the time left that is shown', () => {
  const series = [...COMPLETED_SERIES.map((name) => recordedSeries(name)), ...emulatedSeries()];
  for (const { name, looks } of [...series, ...syntheticSeries()]) {
    it(`is calm on ${name}`, () => {
      let track: ProgressTrack | undefined;
      const shown: { text: string; at: number; remaining: number }[] = [];
      for (const { at, backfill: seen } of looks) {
        track = trackProgress(track, seen, at);
        const seenEstimate = estimateProgress(track, seen, at);
        const text = formatTimeLeft(seenEstimate);
        if (text !== undefined && text !== shown.at(-1)?.text) {
          shown.push({ text, at, remaining: seenEstimate?.displayedRemainingMs ?? NaN });
        }
      }
      const changes = shown.slice(1).map((next, index) => {
        const before = shown[index] ?? next;
        return { afterMs: next.at - before.at, isUp: next.remaining > before.remaining };
      });
      const hasty = changes.filter(({ afterMs }) => afterMs < 4_000);
      assert.ok(hasty.length <= Math.max(1, changes.length / 6), `${hasty.length} changes within 4 s`);
      const ups = changes.filter(({ isUp }) => isUp);
      assert.ok(ups.length <= Math.max(1, changes.length / 3), `${ups.length} of ${changes.length} up`);
    });
  }
});

describe('how a backfill ended', () => {
  it('is told in duration, rows and rate once it has', () => {
    assert.equal(computeOutcome(backfill()), undefined);
    const completed = {
      state: 'completed',
      rowsProcessed: 60_000,
      insertedAt: now,
      completedAt: now + 20_000,
    };
    assert.deepEqual(computeOutcome(backfill(completed)), {
      durationMs: 20_000,
      rows: 60_000,
      averageRowsPerSecond: 3_000,
    });
  });

  it('has no rate in less than a second', () => {
    const instant = { state: 'completed', insertedAt: now, completedAt: now };
    assert.equal(computeOutcome(backfill(instant))?.averageRowsPerSecond, null);
  });
});
