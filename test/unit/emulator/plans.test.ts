import assert from 'node:assert/strict';
import { type Plan, planRun } from '../../../src/sampleServer/plan.ts';
import { Random } from '../../../src/sampleServer/Random.ts';
import { planBusyRun } from '../../emulator/busyPlan.ts';
import { busySeries, quietSeries } from '../../recordings/recordings.ts';
import { findSteps, readActiveSamples, type Step } from './series.ts';

describe('planned runs of the emulator', () => {
  const many = Array.from({ length: 200 }, (_, seed) => seed);
  const quiet = many.map((seed) => toSteps(planRun(new Random(seed), 1_000_000)));
  const busy = many.map((seed) => toSteps(planBusyRun(new Random(seed), 1_000_000)));
  const readSteps = (names: readonly string[]): Step[][] =>
    readActiveSamples(names).map((samples) => findSteps(samples).slice(1));
  const computeRate = (steps: readonly Step[]): number => sum(steps, 'rows') / sum(steps, 'idleMs');

  it('get 10 to 30% faster on average while the pages grow', () => {
    for (const series of [quiet, readSteps(quietSeries)]) {
      const speedups = series.map((steps) => computeRate(steps.slice(-6)) / computeRate(steps.slice(0, 6)));
      assert.ok(mean(speedups) > 1.1 && mean(speedups) < 1.3, `${mean(speedups)}`);
      const usual = speedups.filter((speedup) => speedup > 0.9 && speedup <= 1.7);
      assert.ok(usual.length > 0.9 * speedups.length);
    }
  });

  it('have occasional pages that take up to 3 times as long as the median page', () => {
    for (const [series, min] of [
      [quiet, 2],
      [readSteps(quietSeries), 1.4],
    ] as const) {
      const slowest = series.map((steps) => {
        const full = steps.filter(({ rows }) => rows === 40_000).map(({ idleMs }) => idleMs);
        return Math.max(...full) / (full.toSorted((a, b) => a - b)[Math.floor(full.length / 2)] ?? NaN);
      });
      assert.ok(Math.max(...slowest) > min && Math.max(...slowest) < 3, `${Math.max(...slowest)}`);
    }
  });

  it('process 6 to 24% more rows than counted on average on a busy server, and take up to 3 minutes for a page', () => {
    const excess = busy.map((steps) => (sum(steps, 'rows') + 1_000) / 1_000_000 - 1);
    assert.ok(mean(excess) > 0.06 && mean(excess) < 0.24, `${mean(excess)}`);
    assert.ok(busy.flat().some(({ idleMs }) => idleMs > 170_000));
    for (const series of [busy, readSteps(busySeries)]) {
      const steps = series.flat();
      // The time of a page may include a restart of the reader.
      assert.ok(steps.every(({ rows, idleMs }) => rows <= 40_000 && idleMs <= 179_000 + 42_000));
      assert.ok(
        steps.some(({ rows, idleMs }) => rows >= 8_000 && rows / idleMs < 1),
        'below 1,000 rows/s',
      );
      assert.ok(
        steps.some(({ rows, idleMs }) => rows >= 8_000 && rows / idleMs > 4),
        'above 4,000 rows/s',
      );
    }
  });

  it('begin with 1,000 rows again after a restart of the reader, and repeat the last page', () => {
    for (const [index, steps] of busy.entries()) {
      const repeated = steps.filter(({ rows }, position) => rows === 1_000 && position < steps.length - 1);
      const lastPages = repeated.map((step) => steps[steps.indexOf(step) - 1]?.rows ?? 1_000);
      const total = sum(steps, 'rows') + 1_000;
      assert.equal(
        total - 1_000_000,
        lastPages.reduce((sumOfRows, rows) => sumOfRows + rows, 0),
        `seed ${index}`,
      );
      assert.ok(repeated.every(({ idleMs }) => idleMs >= 13_000));
    }
  });

  it('have smaller pages after a timeout on a busy server, but not on a quiet server', () => {
    for (const series of [busy, readSteps(['real-big-redis'])]) {
      assert.ok(series.flat().some(({ rows }) => rows === 31_600));
    }
    assert.ok(quiet.flat().every(({ rows }) => rows !== 31_600));
  });
});

function toSteps({ pages }: Plan): Step[] {
  return pages.slice(1).map(({ rows, afterMs }, index) => ({
    rows: rows - (pages[index]?.rows ?? 0),
    idleMs: afterMs - (pages[index]?.afterMs ?? 0),
  }));
}

function sum(steps: readonly Step[], key: keyof Step): number {
  return steps.reduce((total, step) => total + step[key], 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
