import type { Backfill } from '../Backfill.ts';
import type { ProgressTrack } from './ProgressTrack.ts';
import { estimateRate } from './rate.ts';

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

/** Until when it is known that nothing changed: a look that told nothing new left no trace. */
function getObservedUntil(track: ProgressTrack, now: number): number {
  return Math.min(now, track.observedAt + observationStepMs);
}
