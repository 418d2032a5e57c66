import assert from 'node:assert/strict';
import { computeOutcome, estimateProgress } from '../../../../src/model/progress/estimate.ts';
import type { ProgressTrack } from '../../../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { formatTimeLeftValue } from '../../../../src/text/estimateText.ts';
import {
  crossValidate,
  getError,
  getHitShare,
  joinAccuracies,
  measureAccuracy,
  pollRecording,
  rules,
} from '../../../bench/accuracy.ts';
import { createEmulatedSeries, createSyntheticSeries, readRecordedSeries } from '../../../bench/series.ts';
import { busySeries, quietSeries } from '../../../recordings/recordings.ts';
import { backfill, now } from '../../samples.ts';
import { BackfillObserver } from './BackfillObserver.ts';

/** Asserts that a value differs from the expected value by at most a fraction of the latter. */
function assertNear(actual: number | null | undefined, expected: number, within = 0.02): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) <= within * expected, `${actual} is not near ${expected}`);
}

describe('estimateProgress', () => {
  it('returns undefined before a rate is known, and no time left before the time left is reliable', () => {
    const observer = new BackfillObserver().observeFor(20);
    assert.equal(observer.estimate(), undefined);
    observer.addPages(1, 1_000);
    assert.equal(observer.estimate(), undefined, 'one update has no rate');
    observer.addPages(2, 2_000, 1);
    assert.equal(observer.estimate()?.timeLeft, null, 'no reliable time left');
  });

  it('returns no time left before the fourth page, even if the pages are large', () => {
    const observer = new BackfillObserver().addPages(3);
    assert.notEqual(observer.remainingMs, undefined);
    assert.equal(observer.estimate()?.timeLeft, null);
    assert.notEqual(observer.addPages(1).estimate()?.timeLeft, null);
  });

  it('returns undefined for a stalled backfill', () => {
    assert.equal(new BackfillObserver().addPages(6).observeFor(60).estimate(), undefined);
  });

  it('changes the displayed finish time only if the predicted finish time differs clearly from it', () => {
    const observer = new BackfillObserver({ rowsInitial: 10_000_000 }).addPages(20);
    const getDisplayedFinish = (): number => (observer.estimate()?.timeLeft?.ms ?? NaN) + observer.at;
    const before = getDisplayedFinish();
    observer.addPages(3, 40_000, 8.2);
    assert.equal(getDisplayedFinish(), before);
    observer.addPages(10, 40_000, 16);
    assert.ok(getDisplayedFinish() > before + 200_000);
  });

  it('excludes short pauses from the rate', () => {
    const observer = new BackfillObserver();
    for (let round = 0; round < 5; round += 1) {
      observer.addPages(2).update({ state: 'paused' }).observeFor(20).update({ state: 'active' });
    }
    assertNear(observer.addPages(1).estimate()?.rowsPerSecond, 5_000);
  });

  it('estimates the rate and the time left', () => {
    const observer = new BackfillObserver().addPages(12);
    assertNear(observer.estimate()?.rowsPerSecond, 5_000);
    assertNear(observer.estimate()?.averageRowsPerSecond, 5_000);
    assertNear(observer.remainingMs, (520_000 / 5_000) * 1000);
  });

  it('expects the next pages to be faster than the first two, but uses the observed pace after 20 pages', () => {
    const getRemainingAfter = (pages: number): number =>
      new BackfillObserver({ rowsInitial: 10_000_000 }).addPages(pages).remainingMs ?? NaN;
    assert.ok(getRemainingAfter(2) < 0.9 * (9_920_000 / 5));
    assertNear(getRemainingAfter(20), 9_200_000 / 5);
  });

  it('gives a slow page less weight, unless the following pages are slow, too', () => {
    const observer = new BackfillObserver({ rowsInitial: 10_000_000 }).addPages(20).addPages(1, 40_000, 24);
    assertNear(observer.estimate()?.rowsPerSecond, 5_000, 0.1);
    assertNear(observer.addPages(10, 40_000, 24).estimate()?.rowsPerSecond, 5_000 / 3, 0.1);
  });

  it('predicts closer bounds of the time left if the pages arrive at regular intervals', () => {
    const observer = new BackfillObserver({ rowsInitial: 10_000_000 });
    const regular = observer.addPages(16).spread;
    for (let round = 0; round < 8; round += 1) {
      observer.addPages(1, 40_000, 4).addPages(1, 40_000, 24);
    }
    assert.ok(regular < 1.6, `${regular}`);
    assert.ok(observer.spread > 2 * regular, `${observer.spread}`);
  });

  it('returns no time left if its bounds differ by more than a factor of 4', () => {
    const observer = new BackfillObserver({ rowsInitial: 100_000_000 }).addPages(20);
    assert.notEqual(observer.estimate()?.timeLeft, null);
    for (const seconds of [1, 60, 2, 90, 1, 120]) {
      observer.addPages(1, 40_000, seconds);
    }
    assert.equal(observer.estimate()?.timeLeft, null);
  });

  it('includes rows that are read again in the time left, but not in the average rate', () => {
    const observer = new BackfillObserver().addPages(12);
    const before = observer.remainingMs ?? NaN;
    observer.observeFor(20).addPages(1, 1_000);
    assertNear(observer.remainingMs, before + (39_000 / 5_000) * 1000, 0.03);
    assertNear(observer.estimate()?.averageRowsPerSecond, 441_000 / 124);
  });

  it('decreases the time left between two pages, but not while a page is overdue', () => {
    const observer = new BackfillObserver().addPages(6);
    const getRemaining = (): number => observer.remainingMs ?? NaN;
    const before = getRemaining();
    assertNear(before - (observer.observeFor(6), getRemaining()), 6_000);
    observer.observeFor(2);
    const due = getRemaining();
    observer.observeFor(8);
    assert.ok(getRemaining() >= due, 'no page, no progress');
  });

  it('predicts no time left without a row count, and one more page if more rows are processed than counted', () => {
    const uncounted = new BackfillObserver({ rowsInitial: null }).addPages(6);
    assertNear(uncounted.estimate()?.rowsPerSecond, 5_000);
    assert.equal(uncounted.remainingMs, undefined);
    const exceeding = new BackfillObserver({ rowsInitial: 200_000 }).addPages(6);
    assertNear(exceeding.remainingMs, 8_000, 0.1);
    assert.equal(exceeding.estimate()?.timeLeft, null);
  });

  it('excludes a pause of the backfill or of its sink from the rates and from the time left', () => {
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
      assertNear(observer.remainingMs, 152_000, 0.03);
      observer.addPages(6);
      assertNear(observer.estimate()?.rowsPerSecond, 5_000);
      assertNear(observer.estimate()?.averageRowsPerSecond, 5_000);
    }
  });

  it('returns the correct rate and time left after an hour of unobserved progress', () => {
    const observer = new BackfillObserver({ rowsInitial: 100_000_000 }).addPages(20);
    observer
      .advance(3600)
      .update({ rowsProcessed: 800_000 + 3600 * 5_000 })
      .observe();
    assertNear(observer.estimate()?.rowsPerSecond, 5_000);
    observer.addPages(1);
    assertNear(observer.remainingMs, ((100_000_000 - 18_840_000) / 5_000) * 1000);
  });

  it('returns the same rate after an interruption of 34 s as before', () => {
    const observer = new BackfillObserver().addPages(8).observeFor(34).addPages(3);
    assertNear(observer.estimate()?.rowsPerSecond, 5_000);
  });

  it('adapts to a lasting change of the rate', () => {
    const observer = new BackfillObserver({ rowsInitial: 100_000_000 }).addPages(10).addPages(20, 40_000, 80);
    assertNear(observer.estimate()?.rowsPerSecond, 500, 0.1);
  });

  it('begins with the average rate of a backfill that is already running, and uses the observed pace after four pages', () => {
    const start = now - 3600_000;
    const observer = new BackfillObserver({
      rowsInitial: 4_000_000,
      rowsProcessed: 2_000_000,
      insertedAt: start,
    }).observe();
    assertNear(observer.estimate()?.rowsPerSecond, 2_000_000 / 3600);
    assert.notEqual(observer.estimate()?.timeLeft, null);
    observer.addPages(4);
    assertNear(observer.estimate()?.rowsPerSecond, 5_000);
  });

  it('still returns a time left while observed pages replace the average rate as its basis', () => {
    const overrides = { rowsInitial: 4_000_000, rowsProcessed: 1_000_000 };
    const observer = new BackfillObserver({ ...overrides, insertedAt: now - 200_000 }).observe();
    for (const expectedMs of [600_000, 592_000, 584_000, 576_000]) {
      assertNear(observer.estimate()?.timeLeft?.ms, expectedMs, 0.1);
      observer.addPages(1);
    }
  });

  it('returns finite numbers for extreme counts and times', () => {
    for (const overrides of [
      { rowsInitial: 0 },
      { rowsInitial: 0, rowsProcessed: 5 },
      { rowsProcessed: 1_000_000 },
      { insertedAt: now + 3600_000, rowsProcessed: 7 },
    ]) {
      const observer = new BackfillObserver(overrides).observe().observe();
      observer
        .update({ rowsProcessed: Number(observer.backfill.rowsProcessed) + 1 })
        .observe()
        .addPages(3, 1, 0);
      for (const value of Object.values(observer.estimate() ?? {}).flat() as (number | null)[]) {
        assert.ok(value === null || Number.isFinite(value));
      }
    }
  });

  it('returns the same estimate if all times are an hour later', () => {
    const observations = readRecordedSeries('c02-series-orders-redis').observations;
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
  for (const name of quietSeries) {
    it(`is better than that of two simple rules for the recording ${name}`, () => {
      const polled = pollRecording(name);
      const estimate = measureAccuracy(polled, rules.estimate);
      for (const rule of [rules.overall, rules.window]) {
        const other = measureAccuracy(polled, rule);
        assert.ok(getError(estimate, 0.5) < getError(other, 0.5), 'median');
        assert.ok(getError(estimate, 0.9) < getError(other, 0.9), '90th percentile');
      }
    });
  }

  it('reaches the goals if the parameters for each recorded series are fitted to the other recorded series', () => {
    const validated = crossValidate();
    const [quiet, busy] = [quietSeries, busySeries].map((names) =>
      joinAccuracies(names.map((name) => validated.get(name) ?? assert.fail())),
    );
    assert.ok(quiet && busy);
    assert.ok(getError(quiet, 0.5) <= 0.03);
    assert.ok(getError(quiet, 0.9) <= 0.12);
    for (const rule of [rules.overall, rules.window]) {
      const other = measureAccuracy(busySeries.flatMap(pollRecording), rule);
      assert.ok(getError(busy, 0.5) < getError(other, 0.5), 'median');
      assert.ok(getError(busy, 0.9) < getError(other, 0.9), '90th percentile');
    }
    for (const accuracy of [quiet, busy]) {
      assert.ok(getHitShare(accuracy) >= 0.7 && getHitShare(accuracy) <= 0.9, `${getHitShare(accuracy)}`);
    }
  });

  it('is better than that of two simple rules for most generated series, with less than half the mean error', () => {
    const series = [...createEmulatedSeries(), ...createSyntheticSeries()];
    const measureErrors = (rule: (typeof rules)['overall']): number[] =>
      series.flatMap((one) => {
        const accuracy = measureAccuracy([one], rule);
        return [0.5, 0.9].map((share) => getError(accuracy, share));
      });
    const estimateErrors = measureErrors(rules.estimate);
    for (const rule of [rules.overall, rules.window]) {
      const ruleErrors = measureErrors(rule);
      const betterCount = estimateErrors.filter(
        (error, index) => !(error > (ruleErrors[index] ?? 0) + 0.001),
      ).length;
      assert.ok(betterCount >= 0.8 * estimateErrors.length, `${betterCount} of ${estimateErrors.length}`);
      const computeMean = (errors: number[]): number =>
        errors.reduce((sum, error) => sum + Math.min(1, error), 0) / errors.length;
      assert.ok(computeMean(estimateErrors) < computeMean(ruleErrors) / 2);
    }
  });
});

describe('the displayed time left', () => {
  const series = [...quietSeries.map((name) => readRecordedSeries(name)), ...createEmulatedSeries()];
  for (const { name, observations } of [...series, ...createSyntheticSeries()]) {
    it(`rarely changes twice within 4 s, and rarely increases: ${name}`, () => {
      let track: ProgressTrack | undefined;
      const shown: { text: string; at: number; remaining: number }[] = [];
      for (const { at, backfill: observed } of observations) {
        track = trackProgress(track, observed, at);
        const estimate = estimateProgress(track, observed, at);
        const text = formatTimeLeftValue(estimate);
        if (text !== undefined && text !== shown.at(-1)?.text) {
          shown.push({ text, at, remaining: estimate?.timeLeft?.ms ?? NaN });
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
  it('returns the duration, the rows and the rate of a finished backfill, and undefined for an unfinished one', () => {
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

  it('counts each row once for the rate, even if the row was read again', () => {
    const repeated = { state: 'completed', rowsInitial: 200_000, rowsProcessed: 229_600 };
    const outcome = computeOutcome(backfill({ ...repeated, insertedAt: now, completedAt: now + 100_000 }));
    assert.deepEqual([outcome?.rows, outcome?.averageRowsPerSecond], [229_600, 2_000]);
  });

  it('returns no rate if the duration is less than a second', () => {
    const instant = { state: 'completed', insertedAt: now, completedAt: now };
    assert.equal(computeOutcome(backfill(instant))?.averageRowsPerSecond, null);
  });
});
