import type { Backfill } from '../Backfill.ts';
import type { ProgressTrack } from './ProgressTrack.ts';

/**
 * How long an unfinished backfill was paused, by itself or with its sink, in milliseconds. A pause before the first
 * observation is unknown and counts as 0.
 * @param serverNow the server's time in milliseconds since the epoch
 */
export function getPausedMs(progressTrack: ProgressTrack | undefined, serverNow: number): number {
  if (progressTrack === undefined) {
    return 0;
  }
  const { pausedMs, pausedSince } = progressTrack;
  return pausedMs + (pausedSince === null ? 0 : Math.max(0, serverNow - pausedSince));
}

/** The time since an unfinished backfill was created, without its pauses ({@link getPausedMs}), in milliseconds. */
export function getRunningMs(
  { insertedAt }: Backfill,
  progressTrack: ProgressTrack | undefined,
  serverNow: number,
): number {
  return Math.max(0, serverNow - insertedAt - getPausedMs(progressTrack, serverNow));
}
