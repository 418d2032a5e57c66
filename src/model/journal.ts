import { endedAt, isOpen, type Backfill, type RowCount } from './Backfill.ts';
import { lookStepMs, patienceMs, silenceMs, silentSince } from './rhythm.ts';
import { withinBounds } from './thinning.ts';
import type { Track } from './track.ts';

/**
 * What was observed of one backfill from its create to its end, for a chart and a timeline. A value of bounded
 * size however long the backfill runs; JSON keeps it as it is, but for a count beyond 2^53. All times are the
 * server's, in milliseconds since the epoch.
 */
export interface Journal {
  /** How far it was at which moments: first its create, with no rows, last its latest counter write. */
  readonly samples: readonly Sample[];
  /** What happened to it, in the order in which it began. */
  readonly events: readonly JournalEvent[];
  /** Until when it was watched, to within {@link lookStepMs}. */
  readonly lookedAt: number;
}

/** A moment at which the counters were written, and the rows that were processed by then. */
export interface Sample {
  readonly at: number;
  readonly rows: number;
}

/** When something happened. */
interface Moment {
  readonly at: number;
  /** Where nobody knows exactly: it happened after this and not later than `at`. Missing where that is some seconds. */
  readonly notBefore?: number;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Whose pause it is: the backfill's own, or its sink's, which may also be disabled. */
type Pauser = 'itself' | 'sink';

/** Why the reader began again. The API does not tell of a restart of the server: it is a silence like any other. */
export type RestartCause =
  /** Which interrupts all backfills of the sink's source. */
  | 'sinkEdited'
  /** Paused and resumed between two looks. */
  | 'resumed'
  /** Fewer rows are told than before. */
  | 'countersSetBack';

export type JournalEvent =
  | { readonly kind: 'created'; readonly at: number }
  /** The server had counted the table's rows. */
  | ({ readonly kind: 'counted'; readonly rows: RowCount } & Moment)
  | ({ readonly kind: 'firstRows' } & Moment)
  | ({ readonly kind: 'paused'; readonly by: Pauser } & Moment)
  | ({ readonly kind: 'resumed'; readonly by: Pauser } & Moment)
  | ({ readonly kind: 'restarted'; readonly cause: RestartCause } & Moment)
  /** It stood still for longer than its rhythm explains; known once it moves again. */
  | ({ readonly kind: 'stalled' } & Stretch)
  /** Nobody looked for longer than {@link unseenMs} while it was open. */
  | ({ readonly kind: 'unseen' } & Stretch)
  /** `state` is the one that it ended in. */
  | ({ readonly kind: 'ended'; readonly state: string } & Moment);

/** Nobody looked at all: the editor was closed, the machine slept, the server did not answer. */
export const unseenMs = 120_000;

/** What is known to within so much has no `notBefore`: two looks in a window without the focus are as far apart. */
const exactMs = 15_000;

/** A backfill as one look told it, and what followed from all looks until then. */
export interface Look {
  readonly backfill: Backfill;
  readonly track: Track;
}

/** A look, and what it is compared with. */
interface Seen extends Look {
  readonly journal: Journal;
  readonly before: Look | undefined;
  readonly at: number;
  /** The counter write that it found. */
  readonly sample: Sample | undefined;
}

/**
 * The journal after one more look; the same object if it tells nothing new. A backfill that is first met when it
 * is half done begins as one that nobody looked at since its create.
 * @param before the look before; undefined at the first
 * @param now the server's time, in milliseconds since the epoch
 */
export function record(
  known: Journal | undefined,
  before: Look | undefined,
  look: Look,
  now: number,
): Journal {
  if (known !== undefined && before !== undefined && !isNews(before, look)) {
    return known;
  }
  const journal = known === undefined ? begun(look.backfill) : turnedBack(known, now);
  const at = Math.max(now, journal.lookedAt);
  const sample = newSample(journal, look, at);
  const events = newEvents({ ...look, journal, before, at, sample });
  return withinBounds({
    samples: sample === undefined ? journal.samples : [...journal.samples, sample],
    events: events.length === 0 ? journal.events : withEvents(journal.events, events),
    lookedAt: at,
  });
}

/** When an event happened, or began. */
function beganAt(event: JournalEvent): number {
  return 'from' in event ? event.from : event.at;
}

/** The backfills of which the end is told, by id, the latest end first. */
export function endedIn(journals: ReadonlyMap<string, Journal>): string[] {
  const ended = [...journals].flatMap(([id, { events }]) => {
    const last = events.at(-1);
    return last?.kind === 'ended' ? [{ id, at: last.at }] : [];
  });
  return ended.sort((a, b) => b.at - a.at).map(({ id }) => id);
}

/** For how long it rested by somebody's will, as far as that was seen, in milliseconds. */
export function heldMsOf({ events }: Journal): number {
  let held = 0;
  let since: number | undefined;
  for (const event of events) {
    if (event.kind === 'paused') {
      since ??= event.at;
    } else if (event.kind === 'resumed' || event.kind === 'ended') {
      held += Math.max(0, event.at - (since ?? event.at));
      since = undefined;
    }
  }
  return held;
}

/** A track is the same while nothing moves, and another every few seconds, for the time of the look. */
function isNews(before: Look, { backfill, track }: Look): boolean {
  return (
    track !== before.track ||
    backfill.rowsInitial !== before.backfill.rowsInitial ||
    backfill.state !== before.backfill.state
  );
}

function begun({ insertedAt }: Backfill): Journal {
  return {
    samples: [{ at: insertedAt, rows: 0 }],
    events: [{ kind: 'created', at: insertedAt }],
    lookedAt: insertedAt,
  };
}

/** Where a clock was set back, what is dated later than now is forgotten: nothing can follow it in time. */
function turnedBack(journal: Journal, now: number): Journal {
  const end = Math.max(now, journal.samples[0]?.at ?? now);
  if (end >= journal.lookedAt - lookStepMs) {
    return journal;
  }
  return {
    samples: journal.samples.filter(({ at }) => at <= end),
    events: journal.events.filter((event) => ('to' in event ? event.to : event.at) <= end),
    lookedAt: end,
  };
}

/** When rows moved, `updated_at` tells, as the track has it; the looks before and after it bound what clocks do. */
function newSample(journal: Journal, { backfill, track }: Look, at: number): Sample | undefined {
  const rows = Number(backfill.rowsProcessed);
  const last = journal.samples.at(-1);
  if (rows === (last?.rows ?? 0)) {
    return undefined;
  }
  // The time of the end is the exacter one: nothing is written after it.
  const until = Math.min(at, knownEnd(backfill) ?? at);
  const writtenAt = Math.min(until, track.writes.at(-1)?.at ?? at);
  return { at: Math.max((last?.at ?? 0) + 1, journal.lookedAt, writtenAt), rows };
}

/** What a look tells to have happened since the one before. */
function newEvents(seen: Seen): JournalEvent[] {
  const unseen = unseenSince(seen);
  const ended = endOf(seen);
  const held = ended === undefined ? holdOf(seen) : undefined;
  const restarted = ended === undefined ? restartOf(seen) : undefined;
  const movedAt = ended?.at ?? seen.sample?.at ?? held?.at ?? restarted?.at;
  const stalled = stallUntil(seen, movedAt, unseen);
  const events = [unseen, countOf(seen), firstRowsOf(seen), stalled, restarted, held, ended];
  return events.filter((event) => event !== undefined);
}

type EventOf<K extends JournalEvent['kind']> = Extract<JournalEvent, { readonly kind: K }>;

function unseenSince({ journal, backfill, at }: Seen): EventOf<'unseen'> | undefined {
  const to = Math.min(at, knownEnd(backfill) ?? at);
  if (to - journal.lookedAt <= unseenMs) {
    return undefined;
  }
  // A single look between two times unseen shows no more than the end of one: where the interval is long, all are such.
  const before = journal.events.find((event) => event.kind === 'unseen' && event.to === journal.lookedAt);
  return { kind: 'unseen', from: before === undefined ? journal.lookedAt : beganAt(before), to };
}

function countOf({ journal, backfill, at }: Seen): EventOf<'counted'> | undefined {
  return backfill.rowsInitial === null || tells(journal, 'counted')
    ? undefined
    : { kind: 'counted', rows: backfill.rowsInitial, ...between(journal.lookedAt, at) };
}

function firstRowsOf({ journal, sample }: Seen): EventOf<'firstRows'> | undefined {
  return sample === undefined || tells(journal, 'firstRows')
    ? undefined
    : { kind: 'firstRows', ...between(journal.lookedAt, sample.at) };
}

/** Notices that it began to rest, or to run again. Its own pause and resume move `updated_at`; a sink has no such time. */
function holdOf(seen: Seen): EventOf<'paused' | 'resumed'> | undefined {
  const { journal, backfill, track, at, sample } = seen;
  const last = journal.events.findLast(({ kind }) => kind === 'paused' || kind === 'resumed');
  const pause = last?.kind === 'paused' ? last : undefined;
  if ((track.heldSince !== null) === (pause !== undefined)) {
    return undefined;
  }
  if (track.heldSince !== null) {
    const isOwn = backfill.state === 'paused';
    // A page that was seen at once with the pause was counted before it.
    const time = isOwn
      ? { at: within(seen, Math.max(track.heldSince, sample?.at ?? 0)) }
      : between(journal.lookedAt, at);
    return { kind: 'paused', by: isOwn ? 'itself' : 'sink', ...time };
  }
  const by = pause?.by ?? 'itself';
  const isDated = by === 'itself' && sample === undefined;
  const time = isDated ? { at: within(seen, track.startedAt) } : between(journal.lookedAt, sample?.at ?? at);
  return { kind: 'resumed', by, ...time };
}

/** Notices that the reader began again without a pause that was seen. */
function restartOf(seen: Seen): EventOf<'restarted'> | undefined {
  const { journal, before, backfill, track, at, sample } = seen;
  if (before?.track.heldSince !== null || track.heldSince !== null) {
    return undefined;
  }
  if (sample !== undefined && sample.rows < (journal.samples.at(-1)?.rows ?? 0)) {
    return { kind: 'restarted', cause: 'countersSetBack', ...between(journal.lookedAt, sample.at) };
  }
  if (before.track.sinkMark !== null && track.sinkMark !== before.track.sinkMark) {
    return { kind: 'restarted', cause: 'sinkEdited', ...between(journal.lookedAt, at) };
  }
  return isTouchedOnly(before.backfill, backfill)
    ? { kind: 'restarted', cause: 'resumed', at: within(seen, backfill.updatedAt) }
    : undefined;
}

/** Whether it was written with nothing to show for it. A count that became known would be something. */
function isTouchedOnly(before: Backfill, after: Backfill): boolean {
  return (
    after.updatedAt !== before.updatedAt &&
    after.rowsProcessed === before.rowsProcessed &&
    after.rowsIngested === before.rowsIngested &&
    after.rowsInitial === before.rowsInitial
  );
}

/** The stall that is over, by what the look before knew of its rhythm; see `stallOf`. */
function stallUntil(
  { before, backfill, track, at }: Seen,
  movedAt: number | undefined,
  unseen: Stretch | undefined,
): EventOf<'stalled'> | undefined {
  if (before?.backfill.state !== 'active' || before.track.heldSince !== null) {
    return undefined;
  }
  const from = silentSince(before.track);
  // A count that became known is a sign of life, too.
  const to = movedAt ?? (silentSince(track) > from ? Math.min(at, silentSince(track)) : undefined);
  const silence = to === undefined ? 0 : silenceMs(before.track, to);
  if (to === undefined || silence <= patienceMs(before.track, backfill)) {
    return undefined;
  }
  return { kind: 'stalled', from, to: unseen === undefined ? to : from + silence };
}

function endOf({ journal, backfill, at }: Seen): EventOf<'ended'> | undefined {
  if (isOpen(backfill)) {
    return undefined;
  }
  // A failed one has no time of its own; its last change was this, or came before it.
  const lastSeen = Math.min(at, Math.max(journal.lookedAt, backfill.updatedAt));
  const known = knownEnd(backfill);
  const time = known === undefined ? between(lastSeen, at) : { at: known };
  return { kind: 'ended', state: backfill.state, ...time };
}

/** When it ended, where the server tells. */
function knownEnd(backfill: Backfill): number | undefined {
  return backfill.completedAt === null && backfill.canceledAt === null ? undefined : endedAt(backfill);
}

function tells({ events }: Journal, kind: JournalEvent['kind']): boolean {
  return events.some((event) => event.kind === kind);
}

function between(notBefore: number, at: number): Moment {
  return at - notBefore > exactMs ? { at, notBefore } : { at };
}

/** A time that the server told, held to between the look before and this one. */
function within({ journal, at }: Seen, time: number): number {
  return Math.min(at, Math.max(journal.lookedAt, time));
}

/** The events in their order; a time unseen takes the place of the one that it goes on from. */
function withEvents(events: readonly JournalEvent[], more: readonly JournalEvent[]): JournalEvent[] {
  const unseen = more.find(({ kind }) => kind === 'unseen');
  const kept = events.filter(
    (event) => event.kind !== 'unseen' || unseen === undefined || event.from !== beganAt(unseen),
  );
  return [...kept, ...more].sort(compareBegin);
}

/** By begin; a create is first and an end last whatever the clocks say. */
function compareBegin(a: JournalEvent, b: JournalEvent): number {
  return rankOf(a) - rankOf(b) || beganAt(a) - beganAt(b);
}

function rankOf({ kind }: JournalEvent): number {
  return kind === 'created' ? 0 : kind === 'ended' ? 2 : 1;
}
