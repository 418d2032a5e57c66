import type { Backfill } from './Backfill.ts';
import { averageStep, paceOver, seenPace, stepsOf, type Pace } from './pace.ts';
import type { Track } from './track.ts';

/** An unchanged answer makes a new track only after so long: what nothing follows from keeps its identity. */
export const lookStepMs = 5_000;

/**
 * Silences up to this are normal in every backfill: pages of slow destinations, a reader that starts, and the
 * longest, a server's restart: 14 s until it listens, 34 s more until its readers go on.
 */
const normalSilenceMs = 50_000;

/** How many times as long as its rhythm a silence must be, to be none of it. */
const beyondRhythm = 1.5;

/** Since when nothing changed: the last counter write, or the start that came after it. Server ms. */
export function silentSince(track: Track): number {
  return Math.max(track.writes.at(-1)?.at ?? 0, track.startedAt);
}

/** How long nothing changed, in milliseconds. What nobody watched is no silence. */
export function silenceMs(track: Track, now: number): number {
  return Math.max(0, watchedUntil(track, now) - silentSince(track));
}

/** How long a silence its rhythm explains, in milliseconds: as the longest that was seen, or as its next page takes. */
export function patienceMs(track: Track, backfill: Backfill): number {
  const pace = paceOf(track, backfill);
  const nextPageMs = pace === undefined ? 0 : pace.page / pace.rate;
  return Math.max(normalSilenceMs, beyondRhythm * Math.max(nextPageMs, track.longestSilenceMs));
}

/** From so many steps on, what was seen stands alone, without the average of what was not. */
const enoughSteps = 2;

/** Its pace; undefined while too little is known of it. */
export function paceOf(track: Track, backfill: Backfill): Pace | undefined {
  const seen = seenPace(track.writes);
  const first = track.writes[0];
  if (first === undefined || seen.steps >= enoughSteps) {
    return seen.pace;
  }
  const unseen = averageStep(track.unseenRows, first.at - backfill.insertedAt);
  return unseen === undefined ? undefined : paceOver([...stepsOf(track.writes), unseen]);
}

/** When it will have ended, in server ms, and whether enough was seen to tell anybody. */
interface ForetoldEnd {
  readonly at: number;
  readonly isTrusted: boolean;
}

/**
 * When it will end, if it goes on as it does; undefined where that cannot be said: it rests, is silent for
 * longer than its rhythm explains, is not counted, or is past its count and about to end.
 */
export function foretoldEnd(track: Track, backfill: Backfill, now: number): ForetoldEnd | undefined {
  const last = track.writes.at(-1);
  const silence = silenceMs(track, now);
  const pace = paceOf(track, backfill);
  if (
    backfill.state !== 'active' ||
    backfill.rowsInitial === null ||
    track.heldSince !== null ||
    last === undefined ||
    pace === undefined ||
    silence > patienceMs(track, backfill)
  ) {
    return undefined;
  }
  const rest = Number(backfill.rowsInitial) - last.rows;
  if (rest <= 0) {
    return undefined;
  }
  // The next page may land at any moment once it is due, but not the rows behind it.
  const page = Math.min(pace.page, rest);
  const at = silentSince(track) + Math.max(silence, page / pace.rate) + (rest - page) / pace.rate;
  return { at, isTrusted: isTrusted(track, Number(backfill.rowsInitial)) };
}

/** A minute or a tenth of the table says how it runs, and in more than a step or two. */
function isTrusted({ writes, unseenRows }: Track, rowsInitial: number): boolean {
  const [first, last] = [writes[0], writes.at(-1)];
  if (first === undefined || last === undefined) {
    return false;
  }
  const steps = writes.length - 1;
  const ranUnseen = unseenRows >= rowsInitial / 10;
  return (steps >= 3 || ranUnseen) && (last.at - first.at >= 60_000 || last.rows >= rowsInitial / 10);
}

/** Until when it is known that nothing changed: a look that told nothing new left no trace. */
function watchedUntil(track: Track, now: number): number {
  return Math.min(now, track.lookedAt + lookStepMs);
}
