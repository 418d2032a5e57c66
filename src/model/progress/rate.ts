import type { Backfill } from '../Backfill.ts';
import type { ProgressTrack, ProgressUpdate } from './ProgressTrack.ts';

/** The rows and milliseconds between two counter updates. */
interface Step {
  readonly rows: number;
  readonly durationMs: number;
  /** The time from the end of the step to the latest update, in milliseconds. */
  readonly ageMs: number;
}

/** The estimated rate of a backfill. */
interface RateEstimate {
  /** Rows per millisecond; greater than 0. */
  readonly rowsPerMs: number;
  /** The expected number of rows in the next page. */
  readonly nextPageRows: number;
}

/** The largest page that Sequin reads. It starts with smaller ones. */
const maxPageRows = 40_000;

/** Enough updates for a rate over any part of the past, and small enough to keep for many backfills. */
const maxUpdates = 64;

/** The number of latest updates that are never removed, because the last steps predict the next. */
const pinnedUpdates = 4;

/**
 * A step that takes this many times longer than its rows explain was interrupted, for example by a restart of
 * the server or an unreachable database. A single such step is excluded from the rate; a second one in a row
 * is a new rate.
 */
const interruptionFactor = 4;

/** Appends an update. Beyond the limit, one where the past is dense for its age is removed. */
export function appendUpdate(
  updates: readonly ProgressUpdate[],
  update: ProgressUpdate,
): readonly ProgressUpdate[] {
  const appended = [
    ...updates,
    followsInterruption(updates, update) ? { ...update, startsSegment: true as const } : update,
  ];
  return appended.length <= maxUpdates ? appended : appended.toSpliced(findLeastUsefulIndex(appended), 1);
}

function followsInterruption(updates: readonly ProgressUpdate[], update: ProgressUpdate): boolean {
  const last = updates.at(-1);
  const rowsPerMs = getObservedRate(updates).estimate?.rowsPerMs;
  return (
    last !== undefined &&
    last.startsSegment === undefined &&
    rowsPerMs !== undefined &&
    update.at - last.at > (interruptionFactor * (update.rows - last.rows)) / rowsPerMs
  );
}

/** The index of the update whose neighbors are closest together, relative to their age. */
function findLeastUsefulIndex(updates: readonly ProgressUpdate[]): number {
  const latestAt = updates.at(-1)?.at ?? 0;
  let leastUsefulIndex = 1;
  let smallestShare = Infinity;
  let [previous, current] = updates;
  for (let index = 1; index < updates.length - pinnedUpdates; index += 1) {
    const next = updates[index + 1];
    if (previous !== undefined && current !== undefined && next !== undefined) {
      const share = (next.at - previous.at) / (latestAt - previous.at);
      // Without the first update after a pause, the pause would lower the rate.
      if (share < smallestShare && current.startsSegment === undefined) {
        smallestShare = share;
        leastUsefulIndex = index;
      }
    }
    [previous, current] = [current, next];
  }
  return leastUsefulIndex;
}

/**
 * The steps between updates, latest first. Steps without a rate are left out, but their time counts towards
 * the age of the others.
 */
function toSteps(updates: readonly ProgressUpdate[]): readonly Step[] {
  const steps: Step[] = [];
  let current = updates.at(-1);
  const latestAt = current?.at ?? 0;
  for (let index = updates.length - 2; index >= 0; index -= 1) {
    const previous = updates[index];
    if (previous !== undefined && current !== undefined && current.startsSegment === undefined) {
      steps.push({
        rows: current.rows - previous.rows,
        durationMs: current.at - previous.at,
        ageMs: latestAt - current.at,
      });
    }
    current = previous;
  }
  return steps;
}

/**
 * Creates a step for the unobserved past: one page at the average rate. It may include unknown waits and
 * pauses, so it isn't used once enough steps were observed.
 */
function createAverageStep(rows: number, durationMs: number): Step | undefined {
  const pageRows = Math.min(rows, maxPageRows);
  return rows > 0 && durationMs > 0
    ? { rows: pageRows, durationMs: (durationMs * pageRows) / rows, ageMs: 0 }
    : undefined;
}

/**
 * The rate over the steps in rows per millisecond, weighted exponentially towards the recent past. The decay time is a
 * quarter of the observed time, so that a change of rate shows within a fraction of the time that the backfill has run,
 * plus two pages, since fewer can't distinguish a change of rate from random variation.
 */
function computeWeightedRate(steps: readonly Step[]): number | undefined {
  const total = { rows: 0, ms: 0 };
  for (const step of steps) {
    total.rows += step.rows;
    total.ms += step.durationMs;
  }
  if (total.rows <= 0 || total.ms <= 0) {
    return undefined;
  }
  const decayMs = total.ms / 4 + (2 * predictPageRows(steps) * total.ms) / total.rows;
  const latestAgeMs = steps[0]?.ageMs ?? 0;
  let weightedRows = 0;
  let weightedMs = 0;
  for (const step of steps) {
    const ageMs = step.ageMs - latestAgeMs;
    // The mean of exp(-age / decay time) over the step, so that a merged step weighs as much as its parts.
    const weight =
      (Math.exp(-ageMs / decayMs) * -Math.expm1(-step.durationMs / decayMs) * decayMs) / step.durationMs;
    weightedRows += weight * step.rows;
    weightedMs += weight * step.durationMs;
  }
  return weightedRows / weightedMs;
}

/**
 * Predicts the size of the next page. Pages double up to the maximum; a page that didn't grow shows how many rows the
 * destination accepts.
 */
function predictPageRows(steps: readonly Step[]): number {
  const [last, previous] = steps;
  const rows = last?.rows ?? 0;
  return Math.min(maxPageRows, previous === undefined || rows > previous.rows ? 2 * rows : previous.rows);
}

/** The rate over the steps; undefined if they have no rows or no duration. */
function estimateRateFromSteps(steps: readonly Step[]): RateEstimate | undefined {
  const rowsPerMs = computeWeightedRate(steps);
  return rowsPerMs === undefined ? undefined : { rowsPerMs, nextPageRows: predictPageRows(steps) };
}

/** The rate that follows from observed updates, and the number of steps it is based on. */
interface ObservedRate {
  readonly stepCount: number;
  readonly estimate: RateEstimate | undefined;
}

/**
 * The rate over all observed updates. Cached, because every poll and every rendering needs it and updates are
 * immutable.
 */
function getObservedRate(updates: readonly ProgressUpdate[]): ObservedRate {
  let observed = observedRates.get(updates);
  if (observed === undefined) {
    const steps = toSteps(updates);
    observed = { stepCount: steps.length, estimate: estimateRateFromSteps(steps) };
    observedRates.set(updates, observed);
  }
  return observed;
}

const observedRates = new WeakMap<readonly ProgressUpdate[], ObservedRate>();

/** From this number of steps on, the rate is based on observed steps alone. */
const minObservedSteps = 2;

/** Estimates the rate of a backfill; undefined while too little is known. */
export function estimateRate(track: ProgressTrack, backfill: Backfill): RateEstimate | undefined {
  const observed = getObservedRate(track.updates);
  const firstUpdate = track.updates[0];
  if (firstUpdate === undefined || observed.stepCount >= minObservedSteps) {
    return observed.estimate;
  }
  const unobservedStep = createAverageStep(track.rowsBeforeObservation, firstUpdate.at - backfill.insertedAt);
  return unobservedStep === undefined
    ? undefined
    : estimateRateFromSteps([...toSteps(track.updates), unobservedStep]);
}
