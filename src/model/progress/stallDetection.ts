import type { Backfill } from '../Backfill.ts';
import {
  createAverageStep,
  estimateRateFromSteps,
  getObservedRate,
  toSteps,
  type RateEstimate,
} from './rate.ts';
import type { ProgressTrack } from './progressTrack.ts';

/** An unchanged answer makes a new track only after so long: what nothing follows from keeps its identity. */
export const observationStepMs = 5_000;

/**
 * Silences up to this are normal in every backfill: pages of slow destinations, a reader that starts, and the
 * longest, a server's restart: 14 s until it listens, 34 s more until its readers go on.
 */
const normalIdleMs = 50_000;

/** How many times as long as its rhythm a silence must be, to be none of it. */
const stallFactor = 1.5;

/** Since when nothing changed: the last counter write, or the start that came after it. Server ms. */
export function getIdleSince(track: ProgressTrack): number {
  return Math.max(track.updates.at(-1)?.at ?? 0, track.startedAt);
}

/** How long nothing changed, in milliseconds. What nobody watched is no silence. */
export function getIdleMs(track: ProgressTrack, now: number): number {
  return Math.max(0, getObservedUntil(track, now) - getIdleSince(track));
}

/** How long a silence its rhythm explains, in milliseconds: as the longest that was seen, or as its next page takes. */
export function getStallThresholdMs(track: ProgressTrack, backfill: Backfill): number {
  const rate = estimateRate(track, backfill);
  const nextPageMs = rate === undefined ? 0 : rate.nextPageRows / rate.rowsPerMs;
  return Math.max(normalIdleMs, stallFactor * Math.max(nextPageMs, track.longestIdleMs));
}

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

/** When it will have ended, in server ms, and whether enough was seen to tell anybody. */
interface EtaPrediction {
  readonly at: number;
  readonly isReliable: boolean;
}

/**
 * When it will end, if it goes on as it does; undefined where that cannot be said: it rests, is silent for
 * longer than its rhythm explains, is not counted, or is past its count and about to end.
 */
export function predictEta(track: ProgressTrack, backfill: Backfill, now: number): EtaPrediction | undefined {
  const lastUpdate = track.updates.at(-1);
  const idleMs = getIdleMs(track, now);
  const rate = estimateRate(track, backfill);
  if (
    backfill.state !== 'active' ||
    backfill.rowsInitial === null ||
    track.pausedSince !== null ||
    lastUpdate === undefined ||
    rate === undefined ||
    idleMs > getStallThresholdMs(track, backfill)
  ) {
    return undefined;
  }
  const remainingRows = Number(backfill.rowsInitial) - lastUpdate.rows;
  if (remainingRows <= 0) {
    return undefined;
  }
  // The next page may land at any moment once it is due, but not the rows behind it.
  const pageRows = Math.min(rate.nextPageRows, remainingRows);
  const at =
    getIdleSince(track) +
    Math.max(idleMs, pageRows / rate.rowsPerMs) +
    (remainingRows - pageRows) / rate.rowsPerMs;
  return { at, isReliable: hasReliableRate(track, Number(backfill.rowsInitial)) };
}

/** A minute or a tenth of the table says how it runs, and in more than a step or two. */
function hasReliableRate({ updates, rowsBeforeObservation }: ProgressTrack, rowsInitial: number): boolean {
  const [firstUpdate, lastUpdate] = [updates[0], updates.at(-1)];
  if (firstUpdate === undefined || lastUpdate === undefined) {
    return false;
  }
  const stepCount = updates.length - 1;
  const progressedUnobserved = rowsBeforeObservation >= rowsInitial / 10;
  return (
    (stepCount >= 3 || progressedUnobserved) &&
    (lastUpdate.at - firstUpdate.at >= 60_000 || lastUpdate.rows >= rowsInitial / 10)
  );
}

/** Until when it is known that nothing changed: a look that told nothing new left no trace. */
function getObservedUntil(track: ProgressTrack, now: number): number {
  return Math.min(now, track.observedAt + observationStepMs);
}
