import assert from 'node:assert/strict';
import { estimateProgress, computeOutcome } from '../../../../src/model/progress/estimate.ts';
import type { ProgressTrack } from '../../../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { formatTimeLeft } from '../../../../src/text/estimateText.ts';
import { measureAccuracy } from '../../../bench/accuracy.ts';
import { completedSeries, emulatedSeries, recordedSeries, syntheticSeries } from '../../../bench/series.ts';
import { backfill, now } from '../../samples.ts';
import { BackfillObserver } from './BackfillObserver.ts';

/** Asserts that a value is within a share of the expected one. */
function assertNear(actual: number | null | undefined, expected: number, within = 0.02): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) <= within * expected, `${actual} is not near ${expected}`);
}

describe('estimateProgress', () => {
  it('returns nothing before a rate is known', () => {
    const observer = new BackfillObserver().observeFor(20);
    assert.equal(observer.estimate(), undefined);
    observer.addPages(1, 1_000);
    assert.equal(observer.estimate(), undefined, 'one update has no rate');
    observer.addPages(2, 2_000, 1);
    assert.equal(observer.estimate()?.displayedRemainingMs, null, 'a rate, but no reliable one');
  });

  it('shows no time left before a third step, however large the steps are', () => {
    const observer = new BackfillObserver().addPages(3);
    assert.notEqual(observer.estimate()?.remainingMs, undefined);
    assert.equal(observer.estimate()?.displayedRemainingMs, null);
    assert.notEqual(observer.addPages(1).estimate()?.displayedRemainingMs, null);
  });

  it('returns nothing for a stalled backfill', () => {
    assert.equal(new BackfillObserver().addPages(6).observeFor(60).estimate(), undefined);
  });

  it('changes the displayed finish only for a clearly different prediction', () => {
    const observer = new BackfillObserver({ rowsInitial: 10_000_000 }).addPages(20);
    const displayedFinish = (): number => (observer.estimate()?.displayedRemainingMs ?? NaN) + observer.at;
    const before = displayedFinish();
    observer.addPages(3, 40_000, 10);
    assert.equal(displayedFinish(), before);
    observer.addPages(10, 40_000, 16);
    assert.ok(displayedFinish() > before + 200_000);
  });

  it('ignores short pauses', () => {
    const observer = new BackfillObserver();
    for (let round = 0; round < 5; round += 1) {
      observer.addPages(2).update({ state: 'paused' }).observeFor(20).update({ state: 'active' });
    }
    assertNear(observer.addPages(1).estimate()?.rowsPerSecond, 5_000);
  });

  it('estimates the rate and the time left', () => {
    const observer = new BackfillObserver().addPages(6);
    assertNear(observer.estimate()?.rowsPerSecond, 5_000);
    assertNear(observer.estimate()?.averageRowsPerSecond, 5_000);
    assertNear(observer.estimate()?.remainingMs, (760_000 / 5_000) * 1000);
  });

  it('counts down between pages, and stops while a page is overdue', () => {
    const observer = new BackfillObserver().addPages(6);
    const remaining = (): number => observer.estimate()?.remainingMs ?? NaN;
    const before = remaining();
    assertNear(before - (observer.observeFor(6), remaining()), 6_000);
    observer.observeFor(2);
    const due = remaining();
    observer.observeFor(8);
    assert.ok(remaining() >= due, 'no page, no progress');
  });

  it('bases the time left on the remaining rows, has none without a row count, and is 0 past the count', () => {
    const uncounted = new BackfillObserver({ rowsInitial: null }).addPages(6);
    assertNear(uncounted.estimate()?.rowsPerSecond, 5_000);
    assert.equal(uncounted.estimate()?.remainingMs, null);
    const past = new BackfillObserver({ rowsInitial: 200_000 }).addPages(6);
    assert.deepEqual([past.estimate()?.remainingMs, past.estimate()?.displayedRemainingMs], [0, null]);
  });

  it('ignores a pause of the backfill or of its sink', () => {
    for (const pause of ['backfill', 'sink'] as const) {
      const observer = new BackfillObserver().addPages(6);
      if (pause === 'sink') {
        observer.editSink({ status: 'paused' });
      } else {
        observer.update({ state: 'paused' });
      }
      observer.observeFor(600);
      assert.equal(observer.estimate(), undefined, 'it is paused');
      if (pause === 'sink') {
        observer.editSink({ status: 'active' });
      } else {
        observer.update({ state: 'active' });
      }
      observer.observe();
      assertNear(observer.estimate()?.remainingMs, 152_000, 0.03);
      observer.addPages(6);
      assertNear(observer.estimate()?.rowsPerSecond, 5_000);
      assertNear(observer.estimate()?.averageRowsPerSecond, 5_000);
    }
  });

  it('continues correctly after an hour of unobserved progress', () => {
    const observer = new BackfillObserver({ rowsInitial: 100_000_000 }).addPages(20);
    observer
      .advance(3600)
      .update({ rowsProcessed: 800_000 + 3600 * 5_000 })
      .observe();
    assertNear(observer.estimate()?.rowsPerSecond, 5_000);
    observer.addPages(1);
    assertNear(observer.estimate()?.remainingMs, ((100_000_000 - 18_840_000) / 5_000) * 1000);
  });

  it('ignores an interruption of 34 s', () => {
    const observer = new BackfillObserver().addPages(8).observeFor(34).addPages(3);
    assertNear(observer.estimate()?.rowsPerSecond, 5_000);
  });

  it('adapts to a lasting change of the rate', () => {
    const observer = new BackfillObserver({ rowsInitial: 100_000_000 }).addPages(10).addPages(20, 40_000, 80);
    assertNear(observer.estimate()?.rowsPerSecond, 500, 0.1);
  });

  it('starts with the average for a backfill first observed while running, and soon uses observed steps', () => {
    const start = now - 3600_000;
    const observer = new BackfillObserver({
      rowsInitial: 4_000_000,
      rowsProcessed: 2_000_000,
      insertedAt: start,
    }).observe();
    assertNear(observer.estimate()?.rowsPerSecond, 2_000_000 / 3600);
    assert.notEqual(observer.estimate()?.displayedRemainingMs, null);
    observer.addPages(4);
    assertNear(observer.estimate()?.rowsPerSecond, 5_000);
  });

  it('never divides by zero', () => {
    for (const different of [
      { rowsInitial: 0 },
      { rowsInitial: 0, rowsProcessed: 5 },
      { rowsProcessed: 1_000_000 },
      { insertedAt: now + 3600_000, rowsProcessed: 7 },
    ]) {
      const observer = new BackfillObserver(different).observe().observe();
      observer
        .update({ rowsProcessed: Number(observer.backfill.rowsProcessed) + 1 })
        .observe()
        .addPages(3, 1, 0);
      for (const value of Object.values(observer.estimate() ?? {}) as (number | null)[]) {
        assert.ok(value === null || Number.isFinite(value));
      }
    }
  });

  it('doesn’t depend on the local clock', () => {
    const observations = recordedSeries(completedSeries[0] ?? '').observations;
    const hour = 3600_000;
    let track: ProgressTrack | undefined;
    let shifted: ProgressTrack | undefined;
    for (const { at, backfill: observed } of observations) {
      track = trackProgress(track, observed, at);
      const { insertedAt, updatedAt } = observed;
      const later = { ...observed, insertedAt: insertedAt + hour, updatedAt: updatedAt + hour };
      shifted = trackProgress(shifted, later, at + hour);
      assert.deepEqual(estimateProgress(shifted, later, at + hour), estimateProgress(track, observed, at));
    }
  });
});

describe('the accuracy of the time left', () => {
  for (const everyMs of [500, 2_000]) {
    for (const name of completedSeries) {
      it(`is better than both simple rules on ${name}, observed every ${everyMs} ms`, () => {
        const rows = measureAccuracy([recordedSeries(name, everyMs)]);
        const [estimateRow, ...others] = ['estimate', 'overall', 'window'].map((rule) =>
          rows.find((row) => row.rule === rule),
        );
        for (const other of others) {
          assert.ok(estimateRow && other && estimateRow.median < other.median, `median, ${other?.rule}`);
          assert.ok(estimateRow.p90 < other.p90, `90th percentile, ${other.rule}`);
        }
      });
    }
  }

  it('is better on most other series, and far better on average', () => {
    const rows = measureAccuracy([...emulatedSeries(), ...syntheticSeries()]);
    const errorsOf = (rule: string): number[] =>
      rows.filter((row) => row.rule === rule).flatMap(({ median, p90 }) => [median, p90]);
    const estimateErrors = errorsOf('estimate');
    for (const rule of ['overall', 'window']) {
      const ruleErrors = errorsOf(rule);
      const betterCount = estimateErrors.filter(
        (error, index) => error <= (ruleErrors[index] ?? 0) + 0.001,
      ).length;
      assert.ok(
        betterCount >= 0.8 * estimateErrors.length,
        `${betterCount} of ${estimateErrors.length} against ${rule}`,
      );
      const mean = (errors: number[]): number =>
        errors.reduce((sum, error) => sum + Math.min(1, error), 0) / errors.length;
      assert.ok(mean(estimateErrors) < mean(ruleErrors) / 2, rule);
    }
  });
});

describe('the displayed time left', () => {
  const series = [...completedSeries.map((name) => recordedSeries(name)), ...emulatedSeries()];
  for (const { name, observations } of [...series, ...syntheticSeries()]) {
    it(`is stable: ${name}`, () => {
      let track: ProgressTrack | undefined;
      const shown: { text: string; at: number; remaining: number }[] = [];
      for (const { at, backfill: observed } of observations) {
        track = trackProgress(track, observed, at);
        const estimate = estimateProgress(track, observed, at);
        const text = formatTimeLeft(estimate);
        if (text !== undefined && text !== shown.at(-1)?.text) {
          shown.push({ text, at, remaining: estimate?.displayedRemainingMs ?? NaN });
        }
      }
      const changes = shown.slice(1).map((next, index) => {
        const before = shown[index] ?? next;
        return { afterMs: next.at - before.at, isUp: next.remaining > before.remaining };
      });
      const quickChanges = changes.filter(({ afterMs }) => afterMs < 4_000);
      assert.ok(
        quickChanges.length <= Math.max(1, changes.length / 6),
        `${quickChanges.length} changes within 4 s`,
      );
      const increases = changes.filter(({ isUp }) => isUp);
      assert.ok(
        increases.length <= Math.max(1, changes.length / 3),
        `${increases.length} of ${changes.length} up`,
      );
    });
  }
});

describe('computeOutcome', () => {
  it('returns duration, rows and rate of a finished backfill', () => {
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

  it('returns no rate for less than a second', () => {
    const instant = { state: 'completed', insertedAt: now, completedAt: now };
    assert.equal(computeOutcome(backfill(instant))?.averageRowsPerSecond, null);
  });
});
