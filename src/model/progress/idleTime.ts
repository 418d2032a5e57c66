import type { Backfill } from '../Backfill.ts';
import { predictPageRows } from './pages.ts';
import type { ProgressTrack } from './ProgressTrack.ts';
import { forecastDuration } from './rate.ts';

/** A track without changes is replaced, and so loses its identity, only after this time in milliseconds. */
export const observationStepMs = 5_000;

/**
 * An idle time up to this is normal for every backfill. It covers pages of slow destinations, the start of a reader, and
 * a restart of the server, which takes longest: 14 s until it listens, and 34 s more until its readers continue.
 */
export const normalIdleMs = 50_000;

/**
 * An idle time up to this is normal while the pace is unknown: on a busy server, a page takes up to 179 s, and so does
 * the first one.
 */
export const unknownPaceIdleMs = 5 * 60_000;

/** How many times longer than explained an idle time must be to count as a stall. */
const stallFactor = 1.5;

/** The start of the idle time, in server time: the last counter update, or a later start. */
export function getIdleSince(track: ProgressTrack): number {
  return Math.max(track.lastUpdate?.at ?? 0, track.startedAt);
}

/** The idle time in milliseconds. Unobserved time doesn't count. */
export function getIdleMs(track: ProgressTrack, now: number): number {
  return Math.max(0, getObservedUntil(track, now) - getIdleSince(track));
}

/** Whether the backfill is idle for longer than explained ({@link getStallThresholdMs}). */
export function isIdleTooLong(track: ProgressTrack, backfill: Backfill, now: number): boolean {
  const idleMs = getIdleMs(track, now);
  return idleMs > normalIdleMs && idleMs > getStallThresholdMs(track, backfill);
}

/** The first, small pages say little about the following ones: these have 1,000, 2,000 and 4,000 rows. */
const firstPagesRows = 7_000;
const minRateSteps = 2;

/**
 * The idle time beyond which a backfill is stalled, in milliseconds. Based on the longest idle time so far and on the
 * time that the next page may take; while the pace is unknown, at least `unknownPaceMs`.
 */
export function getStallThresholdMs(
  track: ProgressTrack,
  backfill: Backfill,
  unknownPaceMs = unknownPaceIdleMs,
): number {
  const minMs = isPaceKnown(track, backfill) ? normalIdleMs : unknownPaceMs;
  return Math.max(minMs, getMaxPageMs(track, backfill), stallFactor * track.longestIdleMs);
}

/** Whether the pace was observed for long enough, or follows from the rows before the first observation. */
function isPaceKnown({ lastUpdate, rate }: ProgressTrack, { insertedAt }: Backfill): boolean {
  return (
    (rate?.stepCount ?? 0) >= minRateSteps ||
    (lastUpdate !== null && lastUpdate.rows > firstPagesRows && lastUpdate.at > insertedAt)
  );
}

/** The time that the next page takes at most, with a probability of 95 %; 0 while no rows are processed. */
function getMaxPageMs({ lastUpdate, rate }: ProgressTrack, { insertedAt }: Backfill): number {
  if (lastUpdate === null) {
    return 0;
  }
  const pageRows = predictPageRows(lastUpdate.pageRows);
  if (rate === null) {
    // The average includes the wait for the first page, so the rate is at least as high.
    return (Math.max(0, lastUpdate.at - insertedAt) * pageRows) / lastUpdate.rows;
  }
  const { ms, deviation } = forecastDuration(rate, { fromRows: lastUpdate.rows, rows: pageRows, pageRows });
  return ms * Math.exp(1.645 * deviation);
}

/**
 * The time until which it is known that nothing changed. An observation without changes isn't recorded in the track for
 * up to {@link observationStepMs}.
 */
function getObservedUntil(track: ProgressTrack, now: number): number {
  return Math.min(now, track.observedAt + observationStepMs);
}
