import { endedAt, type Backfill } from './Backfill.ts';
import { foretoldEnd, paceOf, patienceMs, silenceMs } from './rhythm.ts';
import type { Track } from './track.ts';

/** How fast a backfill runs and how long it will. */
export interface Estimate {
  /** As of late; more than 0. */
  readonly rowsPerSecond: number;
  /** Since it was created, without the time that it was seen to rest. */
  readonly averageRowsPerSecond: number;
  /** The best guess, in milliseconds: it moves with every page. 0 once it is past its count; null while that is unknown. */
  readonly remainingMs: number | null;
  /**
   * What to show, in milliseconds: counts down with the clock and lets go of that only for a clearly better
   * guess. Null while no guess deserves trust, and when it is about to end.
   */
  readonly shownRemainingMs: number | null;
}

/**
 * The estimate at a moment of the server's time (ms since the epoch); undefined while nothing is known of the
 * pace, while it rests, and while it is silent for longer than its rhythm explains.
 */
export function estimate(track: Track, backfill: Backfill, now: number): Estimate | undefined {
  const pace = paceOf(track, backfill);
  const last = track.writes.at(-1);
  if (
    backfill.state !== 'active' ||
    track.heldSince !== null ||
    pace === undefined ||
    last === undefined ||
    silenceMs(track, now) > patienceMs(track, backfill)
  ) {
    return undefined;
  }
  const ranMs = last.at - backfill.insertedAt - track.heldMs;
  const end = foretoldEnd(track, backfill, now);
  const remaining = (at: number): number => Math.max(0, at - now);
  return {
    rowsPerSecond: pace.rate * 1000,
    averageRowsPerSecond: ranMs > 0 ? (last.rows / ranMs) * 1000 : pace.rate * 1000,
    remainingMs: end === undefined ? (backfill.rowsInitial === null ? null : 0) : remaining(end.at),
    shownRemainingMs: end === undefined || track.shownEnd === null ? null : remaining(track.shownEnd),
  };
}

/** How a backfill ended. */
export interface Outcome {
  /** From its create to its end, pauses included. */
  readonly durationMs: number;
  readonly rows: Backfill['rowsProcessed'];
  /** Over the whole duration; null where it took less than the second that the server's times tell. */
  readonly averageRowsPerSecond: number | null;
}

/** How it ended; undefined while it has not. */
export function outcomeOf(backfill: Backfill): Outcome | undefined {
  const ended = endedAt(backfill);
  if (ended === undefined) {
    return undefined;
  }
  const durationMs = Math.max(0, ended - backfill.insertedAt);
  const averageRowsPerSecond =
    durationMs < 1000 ? null : (Number(backfill.rowsProcessed) / durationMs) * 1000;
  return { durationMs, rows: backfill.rowsProcessed, averageRowsPerSecond };
}
