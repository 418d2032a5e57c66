import { maxPageRows, type Pages } from './pages.ts';

/**
 * An estimate of the pace of a backfill, which is its time per row, by a Kalman filter. The model of a page that is
 * read after `rows` rows:
 *
 *     log(ms per row) = level + ramp × e^(−rows / rampRows) + noise
 *
 * The level changes slowly, and the ramp makes the first pages slower. Variances are in units of `scale`, which adapts
 * them to how irregular the backfill is.
 */
export interface PaceEstimate {
  readonly level: number;
  readonly ramp: number;
  readonly levelVariance: number;
  readonly covariance: number;
  readonly rampVariance: number;
  readonly scale: number;
  /** The number of observed pages. */
  readonly pageCount: number;
  /** The number of observed steps; 0 if the estimate is based on the average since the start. */
  readonly stepCount: number;
  /** The total duration of the observed steps, in milliseconds. */
  readonly observedMs: number;
}

/** The parameters of the model. The bench tests them by leave-one-out cross-validation on the recorded series. */
export const paceParameters = {
  /** The standard deviation of the logarithm of a page's duration. */
  pageDeviation: 0.12,
  /**
   * How quickly the estimate follows a change. Page n adds `levelGrowth` / n² to the variance of the level, so the
   * estimate is always based on about the same fraction of all pages.
   */
  levelGrowth: 0.7,
  /** The variance of the level's change while the number of pages grows by a factor of e. */
  driftVariance: 0.05,
  /** The expected ramp. The rows of the first page take e^ramp times as long as later rows. */
  ramp: 0.4,
  /** The number of full pages after which the ramp has decreased by a factor of e. */
  rampPages: 2,
};

/** The standard deviation of the ramp between backfills. Some backfills have no ramp. */
const rampDeviation = 0.3;

/**
 * The standard deviation of the time between two counter updates, because `updated_at` is truncated to whole seconds.
 */
const timingDeviationMs = 350;

/** The standard deviation of the logarithm of an average pace, which may include unknown waits and pauses. */
const averageDeviation = 0.5;

/** A residual beyond this many standard deviations is an outlier and has less weight. */
const outlierDeviations = 2;

/** The weight of a new residual in {@link PaceEstimate.scale}. */
const scaleGain = 1 / 5;

/** A larger residual affects {@link PaceEstimate.scale} like a residual of this many standard deviations. */
const maxDeviations = 3;

/** The minimum of {@link PaceEstimate.scale}, so that a few regular pages don't make the estimate overconfident. */
const minScale = 1 / 4;

/** Rows processed between two counter updates. */
export interface Step {
  /** The rows that were processed before the step. */
  readonly fromRows: number;
  readonly rows: number;
  readonly durationMs: number;
  readonly pages: Pages;
}

/** Creates an estimate from the first observed step. */
export function createPaceEstimate(step: Step): PaceEstimate {
  return createEstimate(step, computeNoiseVariance(step));
}

/** Creates an estimate from the average since the start, which may include unknown waits and pauses. */
export function createAveragePaceEstimate(rows: number, durationMs: number): PaceEstimate {
  const step = { fromRows: 0, rows, durationMs, pages: { count: 1, lastRows: maxPageRows } };
  return { ...createEstimate(step, averageDeviation ** 2), stepCount: 0, observedMs: 0 };
}

function createEstimate(step: Step, noiseVariance: number): PaceEstimate {
  const { ramp } = paceParameters;
  const meanRamp = computeMeanRamp(step.fromRows, step.rows);
  const rampVariance = rampDeviation ** 2;
  return {
    level: Math.log(step.durationMs / step.rows) - ramp * meanRamp,
    ramp,
    levelVariance: noiseVariance + meanRamp ** 2 * rampVariance,
    covariance: -meanRamp * rampVariance,
    rampVariance,
    scale: 1,
    pageCount: step.pages.count,
    stepCount: 1,
    observedMs: step.durationMs,
  };
}

/** Updates an estimate with a step. */
export function updatePaceEstimate(pace: PaceEstimate, step: Step): PaceEstimate {
  const { ramp, covariance, rampVariance, pageCount } = pace;
  const levelVariance =
    pace.levelVariance + paceParameters.levelGrowth * (1 / pageCount - 1 / (pageCount + step.pages.count));
  const meanRamp = computeMeanRamp(step.fromRows, step.rows);
  const residual = Math.log(step.durationMs / step.rows) - pace.level - ramp * meanRamp;
  const levelCovariance = levelVariance + meanRamp * covariance;
  const rampCovariance = covariance + meanRamp * rampVariance;
  const expectedVariance = levelCovariance + meanRamp * rampCovariance + computeNoiseVariance(step);
  const deviations = Math.abs(residual) / Math.sqrt(expectedVariance * pace.scale);
  const variance = expectedVariance * Math.max(1, deviations / outlierDeviations);
  const squaredDeviations = Math.min(deviations, maxDeviations) ** 2;
  return {
    level: pace.level + (levelCovariance / variance) * residual,
    ramp: ramp + (rampCovariance / variance) * residual,
    levelVariance: levelVariance - levelCovariance ** 2 / variance,
    covariance: covariance - (levelCovariance * rampCovariance) / variance,
    rampVariance: rampVariance - rampCovariance ** 2 / variance,
    scale: Math.max(minScale, pace.scale * (1 + scaleGain * (squaredDeviations - 1))),
    pageCount: pageCount + step.pages.count,
    stepCount: pace.stepCount + 1,
    observedMs: pace.observedMs + step.durationMs,
  };
}

/** A predicted duration. */
export interface DurationForecast {
  readonly ms: number;
  /** The standard deviation of the logarithm of the true duration. */
  readonly logDeviation: number;
}

/** Predicts how long `rows` rows take after `fromRows` rows, if a page has `pageRows` rows. */
export function forecastDuration(
  pace: PaceEstimate,
  { fromRows, rows, pageRows }: { fromRows: number; rows: number; pageRows: number },
): DurationForecast {
  const { pageDeviation, driftVariance } = paceParameters;
  const meanRamp = computeMeanRamp(fromRows, rows);
  const pageCount = Math.max(1, rows / pageRows);
  const variance =
    pace.levelVariance +
    2 * meanRamp * pace.covariance +
    meanRamp ** 2 * pace.rampVariance +
    pageDeviation ** 2 / pageCount +
    // The mean change between now and the end is half the change at the end.
    (driftVariance / 2) * Math.log1p(pageCount / pace.pageCount);
  return {
    ms: rows * Math.exp(pace.level + pace.ramp * meanRamp),
    logDeviation: Math.sqrt(pace.scale * variance),
  };
}

function computeNoiseVariance({ durationMs, pages }: Step): number {
  return paceParameters.pageDeviation ** 2 / pages.count + (timingDeviationMs / durationMs) ** 2;
}

/** The mean of e^(−rows / rampRows) over `rows` rows after `fromRows`. */
function computeMeanRamp(fromRows: number, rows: number): number {
  const rampRows = paceParameters.rampPages * maxPageRows;
  return (Math.exp(-fromRows / rampRows) * -Math.expm1(-rows / rampRows) * rampRows) / rows;
}
