import type { Backfill } from '../Backfill.ts';
import type { ProgressTrack } from './ProgressTrack.ts';
import { estimateRate } from './rate.ts';

/**
 * A track without changes is replaced only after this time, in milliseconds, so that it keeps its identity in the
 * meantime.
 */
export const observationStepMs = 5_000;

/**
 * An idle time up to this is normal for every backfill: pages of slow destinations, the start of a reader,
 * and the longest, a restart of the server (14 s until it listens, and 34 s more until its
 * readers continue).
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
  return Math.max(track.updates.at(-1)?.at ?? 0, track.startedAt);
}

/** The idle time in milliseconds. Unobserved time doesn't count. */
export function getIdleMs(track: ProgressTrack, now: number): number {
  return Math.max(0, getObservedUntil(track, now) - getIdleSince(track));
}

/**
 * The idle time beyond which a backfill is stalled, in milliseconds. Based on the longest idle time so far
 * and on the expected duration of the next page; `unknownPaceMs` while the pace is unknown.
 */
export function getStallThresholdMs(
  track: ProgressTrack,
  backfill: Backfill,
  unknownPaceMs = unknownPaceIdleMs,
): number {
  const rate = estimateRate(track, backfill);
  if (rate === undefined || isFirstStep(track)) {
    return unknownPaceMs;
  }
  const nextPageMs = rate.nextPageRows / rate.rowsPerMs;
  return Math.max(normalIdleMs, stallFactor * Math.max(nextPageMs, track.longestIdleMs));
}

/** Whether the pace follows from the first small page alone, which says little about the following ones. */
function isFirstStep({ updates, rowsBeforeObservation }: ProgressTrack): boolean {
  return updates.length < 3 && rowsBeforeObservation === 0;
}

/**
 * The time until which it is known that nothing changed. An observation without changes isn't recorded in the track for
 * up to {@link observationStepMs}.
 */
function getObservedUntil(track: ProgressTrack, now: number): number {
  return Math.min(now, track.observedAt + observationStepMs);
}
