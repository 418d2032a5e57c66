import type { Backfill } from './Backfill.ts';
import { addWrite, type Write } from './pace.ts';
import { foretoldEnd, lookStepMs, patienceMs, silenceMs } from './rhythm.ts';
import type { Sink } from './Sink.ts';

/**
 * What was observed of one backfill over time. A value that JSON keeps as it is, of bounded size however
 * long the backfill runs. All times are the server's, in milliseconds since the epoch.
 */
export interface Track {
  /** Until when it was watched, to within {@link lookStepMs}. */
  readonly lookedAt: number;
  /** `updated_at` as of the last look. */
  readonly updatedAt: number;
  /** When it last began to run: its create, its resume, or an edit of its sink, which interrupts it. */
  readonly startedAt: number;
  /** Since when it rests by somebody's will, its own pause or its sink's; null while it should run. */
  readonly heldSince: number | null;
  /** How long it had rested so before, in milliseconds. */
  readonly heldMs: number;
  /** The longest silence between two writes that was watched and was no stall, in milliseconds. */
  readonly longestSilenceMs: number;
  /** Rows that were processed before the first look, in a time of which nothing else is known. */
  readonly unseenRows: number;
  /** The counter writes that were seen, oldest first, thinned out with age. */
  readonly writes: readonly Write[];
  /** The end that is shown: kept until what is foretold is clearly another; null while none is trusted. */
  readonly shownEnd: number | null;
  /** Tells a sink that was edited from one that was not; null while none was seen. */
  readonly sinkMark: number | null;
}

/** `updated_at` is cut to whole seconds: on average, so much was cut off. */
const cutOffMs = 500;

/** What is shown of the end may be off by so much of what remains, or by so many milliseconds, before it moves. */
const shownShare = 1 / 8;
const shownMs = 20_000;

/**
 * What is known after one more look; the same object if it tells nothing new.
 * @param at the server's time of the look, in milliseconds since the epoch
 * @param sink the backfill's sink as of the same look, where it is known
 */
export function observe(track: Track | undefined, backfill: Backfill, at: number, sink?: Sink): Track {
  // A server's clock that was set back leaves nothing to compare with.
  if (track === undefined || at < track.lookedAt - lookStepMs) {
    return withShownEnd(firstLook(backfill, at, sink), backfill);
  }
  const now = Math.max(at, track.lookedAt);
  const next = withWrite(withStart(track, backfill, now, sink), track, backfill, now);
  if (next === track && now - track.lookedAt < lookStepMs) {
    return track;
  }
  return withShownEnd({ ...next, lookedAt: now, updatedAt: backfill.updatedAt }, backfill);
}

function firstLook(backfill: Backfill, at: number, sink: Sink | undefined): Track {
  const rows = Number(backfill.rowsProcessed);
  const changedAt = Math.min(at, backfill.updatedAt + cutOffMs);
  return {
    lookedAt: at,
    updatedAt: backfill.updatedAt,
    startedAt: Math.min(at, backfill.updatedAt),
    heldSince: isHeld(backfill, sink) ? changedAt : null,
    heldMs: 0,
    longestSilenceMs: 0,
    unseenRows: rows,
    writes: rows > 0 ? [{ at: changedAt, rows, first: true }] : [],
    shownEnd: null,
    sinkMark: sink === undefined ? null : markOf(sink),
  };
}

/** Notices that it began to rest or to run again, or that its sink was edited. */
function withStart(track: Track, backfill: Backfill, at: number, sink: Sink | undefined): Track {
  const sinkMark = sink === undefined ? track.sinkMark : markOf(sink);
  const edited = track.sinkMark !== null && track.sinkMark !== sinkMark;
  const touched = backfill.updatedAt !== track.updatedAt;
  // A pause and a resume move `updated_at`; of what is done to a sink, the API tells no time.
  const since = touched ? Math.min(at, backfill.updatedAt) : at;
  if (isHeld(backfill, sink)) {
    return track.heldSince === null || edited
      ? { ...track, heldSince: track.heldSince ?? since, sinkMark }
      : track;
  }
  if (track.heldSince !== null) {
    const heldMs = track.heldMs + Math.max(0, since - track.heldSince);
    return { ...track, heldSince: null, heldMs, startedAt: since, sinkMark };
  }
  // Touched without a row: paused and resumed while nobody looked.
  if (edited || (touched && Number(backfill.rowsProcessed) === (track.writes.at(-1)?.rows ?? 0))) {
    return { ...track, startedAt: since, sinkMark };
  }
  return sinkMark === track.sinkMark ? track : { ...track, sinkMark };
}

/** Notices that the counters were written. `before` is the track as of the last look. */
function withWrite(track: Track, before: Track, backfill: Backfill, at: number): Track {
  const rows = Number(backfill.rowsProcessed);
  const last = before.writes.at(-1);
  if (rows === (last?.rows ?? 0)) {
    return track;
  }
  const writtenAt = Math.max((last?.at ?? 0) + 1, Math.min(at, backfill.updatedAt + cutOffMs));
  if (last === undefined || rows < last.rows) {
    return { ...track, writes: [{ at: writtenAt, rows, first: true }] };
  }
  const isFirst = last.at < track.startedAt;
  const silence = silenceMs(before, writtenAt);
  return {
    ...track,
    writes: addWrite(track.writes, isFirst ? { at: writtenAt, rows, first: true } : { at: writtenAt, rows }),
    longestSilenceMs:
      silence > track.longestSilenceMs && silence <= patienceMs(before, backfill)
        ? silence
        : track.longestSilenceMs,
  };
}

function isHeld(backfill: Backfill, sink: Sink | undefined): boolean {
  return backfill.state === 'paused' || sink?.status === 'paused' || sink?.status === 'disabled';
}

/** Lets go of the shown end only for one that is clearly another, so that it does not move with every page. */
function withShownEnd(track: Track, backfill: Backfill): Track {
  const end = foretoldEnd(track, backfill, track.lookedAt);
  const tolerance = end === undefined ? 0 : Math.max(shownMs, shownShare * (end.at - track.lookedAt));
  const isKept =
    end !== undefined && track.shownEnd !== null && Math.abs(end.at - track.shownEnd) <= tolerance;
  const shownEnd = isKept ? track.shownEnd : end?.isTrusted === true ? end.at : null;
  return shownEnd === track.shownEnd ? track : { ...track, shownEnd };
}

/** A number for all of a sink that is edited, not for its health (32-bit FNV-1a). */
function markOf({ name, status, database, destination, source }: Sink): number {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify([name, status, database, destination, source])) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash;
}
