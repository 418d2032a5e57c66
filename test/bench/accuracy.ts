import { fileURLToPath } from 'node:url';
import { estimateProgress } from '../../src/model/progress/estimate.ts';
import type { ProgressTrack } from '../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../src/model/progress/trackProgress.ts';
import {
  completedSeries,
  emulatedSeries,
  recordedSeries,
  syntheticSeries,
  type ObservedSeries,
} from './series.ts';

/** The error of a rule's predictions, as a share of the total duration. */
export interface Accuracy {
  series: string;
  rule: string;
  median: number;
  p90: number;
}

/** Predicts the milliseconds left at each observation of a series; undefined without a prediction. */
type Rule = (series: ObservedSeries) => (number | undefined)[];

/** The average rate since the start. */
const overall: Rule = ({ observations }) =>
  observations.map(({ at, backfill }) => {
    const done = Number(backfill.rowsProcessed);
    return (remainingRows(backfill) * (at - backfill.insertedAt)) / done;
  });

/** The rate of the last 30 s. */
const window: Rule = ({ observations }) =>
  observations.map(({ at, backfill }) => {
    const earlier = observations.findLast((observation) => observation.at <= at - 30_000) ?? observations[0];
    const rows = Number(backfill.rowsProcessed) - Number(earlier?.backfill.rowsProcessed);
    return remainingRows(backfill) === 0 ? 0 : (remainingRows(backfill) * (at - (earlier?.at ?? at))) / rows;
  });

function predictWithEstimate(field: 'remainingMs' | 'displayedRemainingMs'): Rule {
  return ({ observations }) => {
    let track: ProgressTrack | undefined;
    return observations.map(({ at, backfill }) => {
      track = trackProgress(track, backfill, at);
      return estimateProgress(track, backfill, at)?.[field] ?? undefined;
    });
  };
}

const rules: Record<string, Rule> = {
  estimate: predictWithEstimate('remainingMs'),
  displayed: predictWithEstimate('displayedRemainingMs'),
  overall,
  window,
};

function remainingRows({
  rowsInitial,
  rowsProcessed,
}: ObservedSeries['observations'][number]['backfill']): number {
  return Math.max(0, Number(rowsInitial) - Number(rowsProcessed));
}

/**
 * The errors of a rule at each observation of the running backfill, after the first quarter of its rows.
 * @param missingError the error of a missing prediction; undefined to ignore it
 */
function errorsOf(series: ObservedSeries, rule: Rule, missingError?: number): number[] {
  const start = series.observations[0]?.backfill.insertedAt ?? 0;
  const end = series.completedAt ?? Infinity;
  const remaining = rule(series);
  return series.observations.flatMap(({ at, backfill }, index) => {
    const done = Number(backfill.rowsProcessed);
    if (backfill.state !== 'active' || done < Number(backfill.rowsInitial ?? Infinity) / 4) {
      return [];
    }
    const prediction = remaining[index];
    const error = prediction === undefined ? missingError : Math.abs(at + prediction - end) / (end - start);
    return error === undefined ? [] : [error];
  });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/**
 * Measures how well each rule predicts the end of each series: |predicted end − true end| ÷ total duration.
 * A missing prediction of `estimate` counts as an error of 100 %; one of `displayed` is ignored.
 */
export function measureAccuracy(series: readonly ObservedSeries[] = allSeries()): Accuracy[] {
  return series.flatMap((one) =>
    Object.entries(rules).map(([rule, predict]) => {
      const errors = errorsOf(one, predict, rule === 'displayed' ? undefined : 1);
      return { series: one.name, rule, median: quantile(errors, 0.5), p90: quantile(errors, 0.9) };
    }),
  );
}

function allSeries(): ObservedSeries[] {
  const recorded = [500, 2_000].flatMap((everyMs) =>
    completedSeries.map((name) => {
      const series = recordedSeries(name, everyMs);
      return { ...series, name: `${series.name}, every ${everyMs / 1000} s` };
    }),
  );
  return [...recorded, ...emulatedSeries(), ...syntheticSeries()];
}

function printTable(rows: readonly Accuracy[]): void {
  const table: Record<string, Record<string, string>> = {};
  for (const { series, rule, median, p90 } of rows) {
    const percent = (share: number): string => (share * 100).toFixed(1).padStart(5);
    (table[series] ??= {})[`${rule}: median, p90 %`] = `${percent(median)} ${percent(p90)}`;
  }
  console.table(table);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  printTable(measureAccuracy());
}
