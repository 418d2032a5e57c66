import type { Backfill } from '../Backfill.ts';
import { forecastDuration } from './pace.ts';
import { predictPageRows } from './pages.ts';
import type { ProgressTrack } from './ProgressTrack.ts';

/** While nothing changes, a track is replaced only after this time, in milliseconds. */
export const observationStepMs = 5_000;

/**
 * An idle time up to this, in milliseconds, is normal for every backfill. It covers pages for slow destinations, the
 * start of a reader, and a restart of the server. The restart takes longest: 14 s until the server listens, and 34 s
 * more until its readers continue.
 */
export const normalIdleMs = 50_000;

/**
 * An idle time up to this, in milliseconds, is normal while the pace is unknown. On a busy server, a page takes up to
 * 179 s, even the first one.
 */
export const unknownPaceIdleMs = 5 * 60_000;

/** An idle time can be a stall only if it is longer than the longest earlier idle time multiplied by this. */
const stallFactor = 1.5;

/** The start of the idle time, in server time: the last counter update or, if it is later, the last start. */
export function getIdleSince(track: ProgressTrack): number {
  return Math.max(track.lastUpdate?.at ?? 0, track.startedAt);
}

/** The idle time in milliseconds, without unobserved time. */
export function getIdleMs(track: ProgressTrack, now: number): number {
  return Math.max(0, getObservedUntil(track, now) - getIdleSince(track));
}

/** Whether the backfill has been idle for longer than a slow page can explain ({@link getStallThresholdMs}). */
export function isIdleTooLong(track: ProgressTrack, backfill: Backfill, now: number): boolean {
  const idleMs = getIdleMs(track, now);
  return idleMs > normalIdleMs && idleMs > getStallThresholdMs(track, backfill);
}

/** The total rows of the first three pages (1,000, 2,000 and 4,000), which are too small to predict later pages. */
const firstPagesRows = 7_000;
/** The pace counts as known once this number of steps has been observed. */
const minPaceSteps = 2;

/**
 * The idle time beyond which a backfill is stalled, in milliseconds. Based on the longest idle time so far, and on the
 * time that the next page may take. At least {@link normalIdleMs} or, while the pace is unknown, `unknownPaceMs`.
 */
export function getStallThresholdMs(
  track: ProgressTrack,
  backfill: Backfill,
  unknownPaceMs = unknownPaceIdleMs,
): number {
  const minMs = isPaceKnown(track, backfill) ? normalIdleMs : unknownPaceMs;
  return Math.max(minMs, getMaxPageMs(track, backfill), stallFactor * track.longestIdleMs);
}

/** Whether enough steps were observed for a pace, or enough rows were processed for an average since the start. */
function isPaceKnown({ lastUpdate, pace }: ProgressTrack, { insertedAt }: Backfill): boolean {
  return (
    (pace?.stepCount ?? 0) >= minPaceSteps ||
    (lastUpdate !== null && lastUpdate.rows > firstPagesRows && lastUpdate.at > insertedAt)
  );
}

/** 95% of a normal distribution is below its mean plus this many standard deviations. */
const maxPageDeviations = 1.645;

/** The time that the next page takes at most, with a probability of 95%, in milliseconds; 0 before the first rows. */
function getMaxPageMs({ lastUpdate, pace }: ProgressTrack, { insertedAt }: Backfill): number {
  if (lastUpdate === null) {
    return 0;
  }
  const pageRows = predictPageRows(lastUpdate.pageRows);
  if (pace === null) {
    // Based on the average since the start. The average includes the wait for the first page, so it is an upper bound.
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
 * The server's time until which the idle time counts as observed. The latest observation may have been up to
 * {@link observationStepMs} after the last one that the track records, because an observation without changes isn't
 * always recorded.
 */
function getObservedUntil(track: ProgressTrack, now: number): number {
  return Math.min(now, track.observedAt + observationStepMs);
}
