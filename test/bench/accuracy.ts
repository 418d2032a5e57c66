import type { Backfill } from '../../src/model/Backfill.ts';
import { forecastFinish } from '../../src/model/progress/forecast.ts';
import { paceParameters } from '../../src/model/progress/pace.ts';
import type { ProgressTrack } from '../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../src/model/progress/trackProgress.ts';
import { busySeries, quietSeries } from '../recordings/recordings.ts';
import { type ObservedSeries, readRecordedSeries } from './series.ts';

/** A predicted time left in milliseconds, with its 80% interval if the rule estimates one. */
interface Prediction {
  ms: number;
  range?: readonly [number, number];
}

/** Predicts the time left at each observation of a series; undefined where the rule makes no prediction. */
type Rule = (series: ObservedSeries) => (Prediction | undefined)[];

/** How well a rule predicted the end of one or more series, at each of their observations. */
export interface Accuracy {
  /** |predicted end − true end| ÷ total duration, for each observation with a prediction. */
  errors: number[];
  /** Whether the interval contains the true end, for each observation with an interval. */
  hits: boolean[];
  /** The number of observations. */
  count: number;
}

/** Predicts with the average rate since the start. */
const predictByOverallRate: Rule = ({ observations }) =>
  observations.map(({ at, backfill }) => {
    const rows = Number(backfill.rowsProcessed);
    return { ms: (getRemainingRows(backfill) * (at - backfill.insertedAt)) / rows };
  });

/** Predicts with the rate of the last 30 s. */
const predictByRecentRate: Rule = ({ observations }) =>
  observations.map(({ at, backfill }) => {
    const earlier = observations.findLast((observation) => observation.at <= at - 30_000) ?? observations[0];
    const rows = Number(backfill.rowsProcessed) - Number(earlier?.backfill.rowsProcessed);
    const remaining = getRemainingRows(backfill);
    return { ms: remaining === 0 ? 0 : (remaining * (at - (earlier?.at ?? at))) / rows };
  });

function createEstimateRule(isDisplayed: boolean): Rule {
  return ({ observations }) => {
    let track: ProgressTrack | undefined;
    return observations.map(({ at, backfill }) => {
      track = trackProgress(track, backfill, at);
      const forecast = forecastFinish(track, backfill, at);
      const finish = isDisplayed && forecast !== undefined ? track.displayedFinish : forecast;
      if (!finish) {
        return undefined;
      }
      const ms = Math.max(0, finish.at - at);
      return { ms, range: [ms / finish.factor, ms * finish.factor] };
    });
  };
}

/** All rules: the estimate, the estimate as displayed to users, and two simple rules. */
export const rules = {
  estimate: createEstimateRule(false),
  displayed: createEstimateRule(true),
  overall: predictByOverallRate,
  window: predictByRecentRate,
};

function getRemainingRows({ rowsInitial, rowsProcessed }: Backfill): number {
  return Math.max(0, Number(rowsInitial) - Number(rowsProcessed));
}

/** Measures a rule at each observation of the running backfills, after the first quarter of their rows. */
export function measureAccuracy(allSeries: readonly ObservedSeries[], rule: Rule): Accuracy {
  const accuracy: Accuracy = { errors: [], hits: [], count: 0 };
  for (const series of allSeries) {
    const start = series.observations[0]?.backfill.insertedAt ?? 0;
    const end = series.completedAt ?? Infinity;
    const predictions = rule(series);
    series.observations.forEach(({ at, backfill }, index) => {
      if (
        backfill.state !== 'active' ||
        !(getRemainingRows(backfill) <= 0.75 * Number(backfill.rowsInitial))
      ) {
        return;
      }
      accuracy.count += 1;
      const prediction = predictions[index];
      if (prediction !== undefined && Number.isFinite(prediction.ms)) {
        accuracy.errors.push(Math.abs(at + prediction.ms - end) / (end - start));
        if (prediction.range) {
          accuracy.hits.push(at + prediction.range[0] <= end && end <= at + prediction.range[1]);
        }
      }
    });
  }
  return accuracy;
}

/** Returns the error that the given share of the predictions doesn't exceed; NaN if there are no predictions. */
export function getError({ errors }: Accuracy, share: number): number {
  return errors.toSorted((a, b) => a - b)[Math.floor(share * errors.length)] ?? NaN;
}

/** Returns the share of the intervals that contain the true end; NaN if there are no intervals. */
export function getHitShare({ hits }: Accuracy): number {
  return hits.filter(Boolean).length / hits.length;
}

/** Reads a recorded series four times, as if polled every 2 s, starting 500 ms later each time. */
export function pollRecording(name: string): ObservedSeries[] {
  return [0, 500, 1_000, 1_500].map((offsetMs) => readRecordedSeries(name, 2_000, offsetMs));
}

/** The parameters that {@link crossValidate} chooses from, in addition to the current parameters. */
const candidates = [0.3, 0.7, 1.5].flatMap((levelGrowth) =>
  [0.3, 0.45, 0.6].flatMap((ramp) =>
    [1, 2, 3].map((rampPages) => ({ ...paceParameters, levelGrowth, ramp, rampPages })),
  ),
);

/**
 * Measures the estimate by leave-one-out cross-validation: each recorded series is measured with the parameters that
 * fit the other recorded series best. Returns the accuracy for each series, by name.
 */
export function crossValidate(): Map<string, Accuracy> {
  const recorded = [...quietSeries, ...busySeries].map((name) => ({ name, polled: pollRecording(name) }));
  const current = { ...paceParameters };
  const measured = [current, ...candidates].map((parameters) => {
    Object.assign(paceParameters, parameters);
    return recorded.map(({ polled }) => measureAccuracy(polled, rules.estimate));
  });
  Object.assign(paceParameters, current);
  return new Map(
    recorded.map(({ name }, leftOut) => {
      // The goal for the 90th percentile (12%) is four times the goal for the median (3%), so it has a quarter of the
      // weight.
      const getErrorOfOthers = (accuracies: readonly Accuracy[]): number =>
        accuracies
          .filter((_, index) => index !== leftOut)
          .reduce((sum, accuracy) => sum + getError(accuracy, 0.5) + getError(accuracy, 0.9) / 4, 0);
      const [best] = measured.toSorted((a, b) => getErrorOfOthers(a) - getErrorOfOthers(b));
      return [name, best?.[leftOut] ?? { errors: [], hits: [], count: 0 }];
    }),
  );
}

/** Joins accuracies into one accuracy with all of their observations. */
export function joinAccuracies(accuracies: readonly Accuracy[]): Accuracy {
  return {
    errors: accuracies.flatMap(({ errors }) => errors),
    hits: accuracies.flatMap(({ hits }) => hits),
    count: accuracies.reduce((sum, { count }) => sum + count, 0),
  };
}
