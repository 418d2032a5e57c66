import { endedAt, isOpen, type Backfill } from './Backfill.ts';
import { unseenMs, type Journal, type RestartCause, type Sample } from './journal.ts';
import { patienceMs, silenceMs, silentSince } from './rhythm.ts';
import type { Track } from './track.ts';

/**
 * A backfill's rows and rate over time, ready to be drawn but for the words. Times are seconds since the epoch, by
 * the server's clock; the first three lists are of one length, and their times ascend.
 */
export interface Chart {
  readonly times: readonly number[];
  /** Rows processed by each time. */
  readonly rows: readonly number[];
  /** Rows a second between the time before and each time; null where nobody can tell. */
  readonly rates: readonly (number | null)[];
  readonly spans: readonly ChartSpan[];
  /** Moments at which the reader began again. */
  readonly marks: readonly { readonly at: number; readonly cause: RestartCause }[];
}

/** A stretch of time in which it did not run, or nobody knows. */
export interface ChartSpan {
  readonly kind: 'paused' | 'unseen' | 'stalled';
  readonly from: number;
  /** Null for one that lasts. */
  readonly to: number | null;
}

/**
 * A rate is told over at least so much. Pages of 40,000 rows land every few seconds, and sometimes two at a time:
 * over less, it would tell how they happened to land.
 */
const shortestMs = 10_000;

/** A point of the chart. Times in milliseconds, as in all that is not exported here. */
interface Point extends Sample {
  /** The counters were written then: all the rows up to it are told. */
  readonly isWritten: boolean;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The chart at a moment of the server's time, in milliseconds since the epoch. There is a point for each sample,
 * for where a span interrupts it, and for the end, which is now while it is open.
 *
 * The rates are averages and not a curve through them: each stretch between two counter writes that are 10 s apart
 * or more has one, its rows by its time, so that rate by time is the rows that were counted. A stretch that would be
 * shorter is part of the one before. There is no rate in spans, since the last write before one or before the end,
 * where the page under way is not counted yet, and where less than 10 s is known.
 * @param track while it is given, a stall that lasts is told
 */
export function chartOf(journal: Journal, backfill: Backfill, now: number, track?: Track): Chart {
  const spans = spansOf(journal, backfill, now, track);
  const stops = spans.map((span) => stopOf(span, journal.samples));
  const points = pointsOf(journal.samples, stops, isOpen(backfill) ? now : (endedAt(backfill) ?? now));
  return {
    times: points.map(({ at }) => at / 1000),
    rows: points.map(({ rows }) => rows),
    rates: ratesOf(points, stops),
    spans: spans.map((span) => ({
      ...span,
      from: span.from / 1000,
      to: span.to === null ? null : span.to / 1000,
    })),
    marks: journal.events.flatMap((event) =>
      event.kind === 'restarted' ? [{ at: event.at / 1000, cause: event.cause }] : [],
    ),
  };
}

function spansOf(
  journal: Journal,
  backfill: Backfill,
  now: number,
  track: Track | undefined,
): readonly ChartSpan[] {
  const spans: ChartSpan[] = [];
  let pausedAt: number | undefined;
  for (const event of journal.events) {
    if (event.kind === 'paused') {
      pausedAt = event.at;
    } else if (event.kind === 'stalled' || event.kind === 'unseen') {
      spans.push({ kind: event.kind, from: event.from, to: event.to });
    } else if ((event.kind === 'resumed' || event.kind === 'ended') && pausedAt !== undefined) {
      spans.push({ kind: 'paused', from: pausedAt, to: event.at });
      pausedAt = undefined;
    }
  }
  if (pausedAt !== undefined) {
    spans.push({ kind: 'paused', from: pausedAt, to: null });
  }
  return [...spans, ...lastingSpans(journal, backfill, now, track)].sort((a, b) => a.from - b.from);
}

/** What the journal does not tell before it is over. */
function lastingSpans(
  { lookedAt }: Journal,
  backfill: Backfill,
  now: number,
  track: Track | undefined,
): readonly ChartSpan[] {
  const isUnseen = isOpen(backfill) && now - lookedAt > unseenMs;
  const isStalled =
    track?.heldSince === null &&
    backfill.state === 'active' &&
    silenceMs(track, now) > patienceMs(track, backfill);
  return [
    ...(isUnseen ? [{ kind: 'unseen', from: lookedAt, to: null } as const] : []),
    ...(isStalled ? [{ kind: 'stalled', from: silentSince(track), to: null } as const] : []),
  ];
}

/** Where there is no rate because of a span. After a time unseen, the page under way when somebody looked tells none. */
function stopOf({ kind, from, to }: ChartSpan, samples: readonly Sample[]): Stretch {
  const until = to ?? Infinity;
  const known = kind === 'unseen' ? samples.find(({ at }) => at >= until)?.at : until;
  return { from, to: known ?? Infinity };
}

/** The points in the order of time, one for each time. */
function pointsOf(samples: readonly Sample[], stops: readonly Stretch[], end: number): readonly Point[] {
  const [first, last] = [samples[0]?.at ?? end, Math.max(end, samples.at(-1)?.at ?? end)];
  const cuts = [...stops.flatMap(({ from, to }) => [from, to]), last].filter(
    (at) => at > first && at <= last,
  );
  const times = [
    ...samples.map(({ at, rows }) => ({ at, rows })),
    ...cuts.map((at) => ({ at, rows: undefined })),
  ].sort((a, b) => a.at - b.at);
  const points: Point[] = [];
  for (const { at, rows } of times) {
    const before = points.at(-1);
    if (at !== before?.at) {
      points.push({ at, rows: rows ?? before?.rows ?? 0, isWritten: rows !== undefined });
    }
  }
  return points;
}

function ratesOf(points: readonly Point[], stops: readonly Stretch[]): readonly (number | null)[] {
  const rates = points.map((): number | null => null);
  let begin = 0;
  for (let index = 1; index <= points.length; index += 1) {
    if (!isKnown(points[index - 1], points[index], stops)) {
      fillRates(rates, points, begin, index - 1);
      begin = index;
    }
  }
  return rates;
}

/** Whether all rows between two points that follow each other are told, and of all the time that they took. */
function isKnown(before: Point | undefined, point: Point | undefined, stops: readonly Stretch[]): boolean {
  return (
    before !== undefined &&
    point?.isWritten === true &&
    point.rows >= before.rows &&
    !stops.some(({ from, to }) => from < point.at && to > before.at)
  );
}

/** Gives the points after `begin` up to `end` their rates, in stretches that are long enough. */
function fillRates(rates: (number | null)[], points: readonly Point[], begin: number, end: number): void {
  const [last, beginning] = [points[end], points[begin]];
  if (last === undefined || beginning === undefined || last.at - beginning.at < shortestMs) {
    return;
  }
  let from = beginning;
  let filled = begin;
  points.slice(0, end + 1).forEach((point, index) => {
    const isLongEnough = point.at - from.at >= shortestMs && last.at - point.at >= shortestMs;
    if (index === end || isLongEnough) {
      rates.fill(((point.rows - from.rows) / (point.at - from.at)) * 1000, filled + 1, index + 1);
      from = point;
      filled = index;
    }
  });
}
