import { maxPageRows, type Pages } from './pages.ts';

/**
 * The time per row of a backfill, estimated by a Kalman filter. Its model, for pages read after `rows` rows:
 *
 *     log(ms per row) = level + ramp × e^(−rows / rampRows) + noise
 *
 * The level changes slowly; the ramp makes the first pages slower. Variances are in units of `scale`, which adapts them
 * to how irregular the backfill is.
 */
export interface RateEstimate {
  readonly level: number;
  readonly ramp: number;
  readonly levelVariance: number;
  readonly covariance: number;
  readonly rampVariance: number;
  readonly scale: number;
  /** The number of observed pages. */
  readonly pageCount: number;
  /** The number of observed steps; 0 for an average since the start. */
  readonly stepCount: number;
  /** The total duration of the observed steps, in milliseconds. */
  readonly observedMs: number;
}

/** The parameters of the model. The bench fits them to all recorded series but one, and tests them on that one. */
export interface RateParameters {
  /** The standard deviation of the logarithm of a page's time. */
  readonly pageDeviation: number;
  /**
   * How quickly the estimate follows a change: the variance of the level grows by this, divided by the square of the
   * number of pages, with each page. So the estimate is based on a share of all pages, however many there are.
   */
  readonly levelGrowth: number;
  /** The variance of the change of the level while the number of pages grows by the factor e. */
  readonly driftVariance: number;
  /** The expected ramp: rows of the first page take e^ramp times as long. */
  readonly ramp: number;
  /** The number of full pages after which the ramp has decreased by the factor e. */
  readonly rampPages: number;
}

export const rateParameters: RateParameters = {
  pageDeviation: 0.12,
  levelGrowth: 0.7,
  driftVariance: 0.05,
  ramp: 0.4,
  rampPages: 2,
};

/** The standard deviation of the expected ramp between backfills. Some have none. */
const rampDeviation = 0.3;

/** The standard deviation of a time between two updates, whose `updated_at` is truncated to a second. */
const timingDeviationMs = 350;

/** The standard deviation of the logarithm of a time per row that includes unknown waits and pauses. */
const averageDeviation = 0.5;

/** Beyond this many standard deviations, an outlier has less weight. */
const outlierDeviations = 2;

/** The weight of a new deviation in {@link RateEstimate.scale}. */
const scaleGain = 1 / 5;
const minScale = 1 / 4;

/** Rows processed within a time. */
export interface Step {
  /** Rows processed before. */
  readonly fromRows: number;
  readonly rows: number;
  readonly durationMs: number;
  readonly pages: Pages;
}

/** Creates an estimate from the first observed step. */
export function createRate(step: Step, parameters = rateParameters): RateEstimate {
  return fromStep(step, computeNoise(step, parameters), parameters);
}

/** Creates an estimate from the average since the start, which may include unknown waits and pauses. */
export function createAverageRate(rows: number, durationMs: number): RateEstimate {
  const step = { fromRows: 0, rows, durationMs, pages: { count: 1, lastRows: maxPageRows } };
  return { ...fromStep(step, averageDeviation ** 2, rateParameters), stepCount: 0, observedMs: 0 };
}

function fromStep(step: Step, noise: number, { ramp, ...parameters }: RateParameters): RateEstimate {
  const rampShare = getRampShare(step.fromRows, step.rows, parameters);
  const rampVariance = rampDeviation ** 2;
  return {
    level: Math.log(step.durationMs / step.rows) - ramp * rampShare,
    ramp,
    levelVariance: noise + rampShare ** 2 * rampVariance,
    covariance: -rampShare * rampVariance,
    rampVariance,
    scale: 1,
    pageCount: step.pages.count,
    stepCount: 1,
    observedMs: step.durationMs,
  };
}

/** Updates an estimate with a step. */
export function updateRate(rate: RateEstimate, step: Step, parameters = rateParameters): RateEstimate {
  const { ramp, covariance, rampVariance, pageCount } = rate;
  const levelVariance =
    rate.levelVariance + parameters.levelGrowth * (1 / pageCount - 1 / (pageCount + step.pages.count));
  const rampShare = getRampShare(step.fromRows, step.rows, parameters);
  const error = Math.log(step.durationMs / step.rows) - rate.level - ramp * rampShare;
  const [levelPart, rampPart] = [
    levelVariance + rampShare * covariance,
    covariance + rampShare * rampVariance,
  ];
  const expectedVariance = levelPart + rampShare * rampPart + computeNoise(step, parameters);
  const deviations = Math.abs(error) / Math.sqrt(expectedVariance * rate.scale);
  const variance = expectedVariance * Math.max(1, deviations / outlierDeviations);
  const squaredDeviations = Math.min(deviations, 3) ** 2;
  return {
    level: rate.level + (levelPart / variance) * error,
    ramp: ramp + (rampPart / variance) * error,
    levelVariance: levelVariance - levelPart ** 2 / variance,
    covariance: covariance - (levelPart * rampPart) / variance,
    rampVariance: rampVariance - rampPart ** 2 / variance,
    scale: Math.max(minScale, rate.scale * (1 + scaleGain * (squaredDeviations - 1))),
    pageCount: pageCount + step.pages.count,
    stepCount: rate.stepCount + 1,
    observedMs: rate.observedMs + step.durationMs,
  };
}

/** A predicted duration. The logarithm of the true one has the given standard deviation. */
export interface DurationForecast {
  readonly ms: number;
  readonly deviation: number;
}

/** Predicts how long `rows` rows take after `fromRows` rows, in pages of `pageRows`. */
export function forecastDuration(
  rate: RateEstimate,
  { fromRows, rows, pageRows }: { fromRows: number; rows: number; pageRows: number },
  parameters = rateParameters,
): DurationForecast {
  const rampShare = getRampShare(fromRows, rows, parameters);
  const pageCount = Math.max(1, rows / pageRows);
  const variance =
    rate.levelVariance +
    2 * rampShare * rate.covariance +
    rampShare ** 2 * rate.rampVariance +
    parameters.pageDeviation ** 2 / pageCount +
    // The mean of the change from now to the end is half of the change at the end.
    (parameters.driftVariance / 2) * Math.log1p(pageCount / rate.pageCount);
  return {
    ms: rows * Math.exp(rate.level + rate.ramp * rampShare),
    deviation: Math.sqrt(rate.scale * variance),
  };
}

function computeNoise({ durationMs, pages }: Step, { pageDeviation }: RateParameters): number {
  return pageDeviation ** 2 / pages.count + (timingDeviationMs / durationMs) ** 2;
}

/** The mean of e^(−rows / rampRows) over rows. */
function getRampShare(
  fromRows: number,
  rows: number,
  { rampPages }: Pick<RateParameters, 'rampPages'>,
): number {
  const rampRows = rampPages * maxPageRows;
  return (Math.exp(-fromRows / rampRows) * -Math.expm1(-rows / rampRows) * rampRows) / rows;
}
