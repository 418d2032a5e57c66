import type { Backfill } from '../Backfill.ts';
import { forecastDuration } from './pace.ts';
import { predictPageRows } from './pages.ts';
import type { ProgressTrack } from './ProgressTrack.ts';

/** A track without changes keeps its identity for this time, in milliseconds, before it is replaced. */
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

/** An idle time counts as a stall if it is longer than the longest one so far, multiplied by this. */
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

/** The rows of the first three pages (1,000, 2,000 and 4,000 rows). They are too small to predict the following ones. */
const firstPagesRows = 7_000;
/** The number of observed steps from which the pace is known. */
const minPaceSteps = 2;

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
function isPaceKnown({ lastUpdate, pace }: ProgressTrack, { insertedAt }: Backfill): boolean {
  return (
    (pace?.stepCount ?? 0) >= minPaceSteps ||
    (lastUpdate !== null && lastUpdate.rows > firstPagesRows && lastUpdate.at > insertedAt)
  );
}

/** 95% of a normal distribution are below its mean plus this many standard deviations. */
const maxPageDeviations = 1.645;

/** The milliseconds that the next page takes at most, with a probability of 95%; 0 while no rows are processed. */
function getMaxPageMs({ lastUpdate, pace }: ProgressTrack, { insertedAt }: Backfill): number {
  if (lastUpdate === null) {
    return 0;
  }
  const pageRows = predictPageRows(lastUpdate.pageRows);
  if (pace === null) {
    // The average includes the wait for the first page, so a page takes this time at most.
    return (Math.max(0, lastUpdate.at - insertedAt) * pageRows) / lastUpdate.rows;
  }
  const { ms, logDeviation } = forecastDuration(pace, {
    fromRows: lastUpdate.rows,
    rows: pageRows,
    pageRows,
  });
  return ms * Math.exp(maxPageDeviations * logDeviation);
}

/**
 * The server's time until which nothing changed, as far as observed. An observation without changes isn't recorded in the
 * track for up to {@link observationStepMs}.
 */
function getObservedUntil(track: ProgressTrack, now: number): number {
  return Math.min(now, track.observedAt + observationStepMs);
}
