import { estimateProgress } from '../../src/model/progress/estimate.ts';
import { type PaceParameters, paceParameters } from '../../src/model/progress/pace.ts';
import type { ProgressTrack } from '../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../src/model/progress/trackProgress.ts';
import { busySeries, quietSeries } from '../recordings/recordings.ts';
import { type ObservedSeries, recordedSeries } from './series.ts';

/** A predicted time left in milliseconds, and its 80 % interval if the rule has one. */
interface Prediction {
  ms: number;
  range?: readonly [number, number] | null;
}

/** Predicts the time left at each observation of a series; undefined without a prediction. */
type Rule = (series: ObservedSeries) => (Prediction | undefined)[];

/** How well a rule predicted the end at the observations of one or more series. */
export interface Accuracy {
  /** |predicted end − true end| ÷ total duration, for each observation with a prediction. */
  errors: number[];
  /** Whether the interval contains the true end, for each observation with an interval. */
  hits: boolean[];
  /** The number of observations. */
  count: number;
}

/** The average rate since the start. */
const predictByOverallRate: Rule = ({ observations }) =>
  observations.map(({ at, backfill }) => {
    const done = Number(backfill.rowsProcessed);
    return { ms: (remainingRows(backfill) * (at - backfill.insertedAt)) / done };
  });

/** The rate of the last 30 s. */
const predictByRecentRate: Rule = ({ observations }) =>
  observations.map(({ at, backfill }) => {
    const earlier = observations.findLast((observation) => observation.at <= at - 30_000) ?? observations[0];
    const rows = Number(backfill.rowsProcessed) - Number(earlier?.backfill.rowsProcessed);
    const remaining = remainingRows(backfill);
    return { ms: remaining === 0 ? 0 : (remaining * (at - (earlier?.at ?? at))) / rows };
  });

function createEstimateRule(isDisplayed: boolean, parameters?: PaceParameters): Rule {
  return ({ observations }) => {
    let track: ProgressTrack | undefined;
    return observations.map(({ at, backfill }) => {
      track = trackProgress(track, backfill, at, undefined, parameters);
      const estimate = estimateProgress(track, backfill, at, parameters);
      const ms = (isDisplayed ? estimate?.displayedRemainingMs : estimate?.remainingMs) ?? undefined;
      const range = isDisplayed ? estimate?.displayedRangeMs : estimate?.remainingRangeMs;
      return ms === undefined ? undefined : { ms, ...(range && { range }) };
    });
  };
}

/** All rules: the estimate, the part of it that the user sees, and two simple ones. */
export const rules = {
  estimate: createEstimateRule(false),
  displayed: createEstimateRule(true),
  overall: predictByOverallRate,
  window: predictByRecentRate,
};

type PolledBackfill = ObservedSeries['observations'][number]['backfill'];

function remainingRows({ rowsInitial, rowsProcessed }: PolledBackfill): number {
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
      if (backfill.state !== 'active' || !(remainingRows(backfill) <= 0.75 * Number(backfill.rowsInitial))) {
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

/** The error that a share of the predictions doesn't exceed. */
export function getError({ errors }: Accuracy, share: number): number {
  return errors.toSorted((a, b) => a - b)[Math.floor(share * errors.length)] ?? NaN;
}

/** The share of the intervals that contain the true end. */
export function getHitShare({ hits }: Accuracy): number {
  return hits.filter(Boolean).length / hits.length;
}

/** A recorded series as polled every 2 s, at four different moments of the 2 s. */
export function pollRecording(name: string): ObservedSeries[] {
  return [0, 500, 1_000, 1_500].map((offsetMs) => recordedSeries(name, 2_000, offsetMs));
}

/** The parameters that {@link measureLeftOut} chooses from. */
const candidates = [0.3, 0.7, 1.5].flatMap((levelGrowth) =>
  [0.3, 0.45, 0.6].flatMap((ramp) =>
    [1, 2, 3].map((rampPages) => ({ ...paceParameters, levelGrowth, ramp, rampPages })),
  ),
);

/**
 * Measures the estimate on each recorded series with the parameters that fit the other recorded series best, so that no
 * series is predicted with parameters that were fitted to it.
 */
export function measureLeftOut(): Map<string, Accuracy> {
  const recorded = [...quietSeries, ...busySeries].map((name) => ({ name, polled: pollRecording(name) }));
  const measured = [paceParameters, ...candidates].map((parameters) =>
    recorded.map(({ polled }) => measureAccuracy(polled, createEstimateRule(false, parameters))),
  );
  return new Map(
    recorded.map(({ name }, leftOut) => {
      const errorOfOthers = (accuracies: readonly Accuracy[]): number =>
        accuracies
          .filter((_, index) => index !== leftOut)
          .reduce((sum, accuracy) => sum + getError(accuracy, 0.5) + getError(accuracy, 0.9) / 4, 0);
      const [best] = measured.toSorted((a, b) => errorOfOthers(a) - errorOfOthers(b));
      return [name, best?.[leftOut] ?? { errors: [], hits: [], count: 0 }];
    }),
  );
}

/** The accuracy over all observations of several accuracies. */
export function joinAccuracies(accuracies: readonly Accuracy[]): Accuracy {
  return {
    errors: accuracies.flatMap(({ errors }) => errors),
    hits: accuracies.flatMap(({ hits }) => hits),
    count: accuracies.reduce((sum, { count }) => sum + count, 0),
  };
}
