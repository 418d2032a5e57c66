import type { Backfill } from '../Backfill.ts';
import type { ProgressTrack, ProgressUpdate } from './ProgressTrack.ts';

/** What lies between two writes, in rows and milliseconds. */
interface Step {
  readonly rows: number;
  readonly durationMs: number;
  /** How long ago it ended, measured back from the latest write, in milliseconds. */
  readonly ageMs: number;
}

/** How fast a backfill runs. */
interface RateEstimate {
  /** Rows a millisecond; never 0. */
  readonly rowsPerMs: number;
  /** How many rows the next page is likely to have. */
  readonly nextPageRows: number;
}

/** Sequin reads at most so many rows at once, and does so once it has got going. */
const maxPageRows = 40_000;

/** Enough writes for a rate over any stretch of the past, and little to keep for each of many backfills. */
const maxUpdates = 64;

/** Writes that are never thinned out: the last steps foretell the next. */
const pinnedUpdates = 4;

/**
 * A step that takes so many times as long as its rows explain was interrupted: the server was restarted, the
 * database was away. One such step tells nothing of the pace; a second one after it is a new pace.
 */
const interruptionFactor = 4;

/** The writes with one more. Beyond what is kept, the past is thinned out where it is dense for its age. */
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

/** The write whose neighbours lie closest together, measured by how long ago they are. */
function findLeastUsefulIndex(updates: readonly ProgressUpdate[]): number {
  const latestAt = updates.at(-1)?.at ?? 0;
  let leastUsefulIndex = 1;
  let smallestShare = Infinity;
  let [previous, current] = updates;
  for (let index = 1; index < updates.length - pinnedUpdates; index += 1) {
    const next = updates[index + 1];
    if (previous !== undefined && current !== undefined && next !== undefined) {
      const share = (next.at - previous.at) / (latestAt - previous.at);
      // Without the first write after a pause, the pause would count as slowness.
      if (share < smallestShare && current.startsSegment === undefined) {
        smallestShare = share;
        leastUsefulIndex = index;
      }
    }
    [previous, current] = [current, next];
  }
  return leastUsefulIndex;
}

/** The steps between writes, the latest first. What tells nothing of the pace is left out, but does age the rest. */
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
 * The step that stands in for what was not seen: a page at the average pace. It may hold waits and pauses
 * that nobody knows of, and so has no place beside steps that were seen.
 */
function createAverageStep(rows: number, durationMs: number): Step | undefined {
  const pageRows = Math.min(rows, maxPageRows);
  return rows > 0 && durationMs > 0
    ? { rows: pageRows, durationMs: (durationMs * pageRows) / rows, ageMs: 0 }
    : undefined;
}

/**
 * Rows a millisecond over the steps, where each moment weighs the less the longer ago it is. How soon the past
 * is forgotten goes by how much of it there is: a quarter of it, so that a pace that changes is followed in a
 * fraction of the time that the backfill has run, and two pages, since fewer tell chance from pace too badly.
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
    // The mean of exp(-age / horizon) over the step, so that thinned steps weigh as what they were made of.
    const weight =
      (Math.exp(-ageMs / decayMs) * -Math.expm1(-step.durationMs / decayMs) * decayMs) / step.durationMs;
    weightedRows += weight * step.rows;
    weightedMs += weight * step.durationMs;
  }
  return weightedRows / weightedMs;
}

/** Pages double until they are as large as can be; one that did not grow is what the destination takes. */
function predictPageRows(steps: readonly Step[]): number {
  const [last, previous] = steps;
  const rows = last?.rows ?? 0;
  return Math.min(maxPageRows, previous === undefined || rows > previous.rows ? 2 * rows : previous.rows);
}

/** The pace over the steps; undefined where there is none to tell. */
function estimateRateFromSteps(steps: readonly Step[]): RateEstimate | undefined {
  const rowsPerMs = computeWeightedRate(steps);
  return rowsPerMs === undefined ? undefined : { rowsPerMs, nextPageRows: predictPageRows(steps) };
}

/** What writes tell of a pace, and in how many steps. */
interface ObservedRate {
  readonly stepCount: number;
  readonly estimate: RateEstimate | undefined;
}

/** The pace over all that was seen. Each look and each drawing asks for it, of writes that never change. */
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

/** From so many steps on, what was seen stands alone, without the average of what was not. */
const minObservedSteps = 2;

/** Its pace; undefined while too little is known of it. */
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
