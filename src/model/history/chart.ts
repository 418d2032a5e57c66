import { getFinishTime, isUnfinished, type Backfill } from '../Backfill.ts';
import { getStallThresholdMs, getIdleMs, getIdleSince } from '../progress/idleTime.ts';
import type { ProgressTrack } from '../progress/ProgressTrack.ts';
import {
  unobservedThresholdMs,
  type ProgressHistory,
  type RestartCause,
  type Sample,
  type TimeRange,
} from './history.ts';

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
const minRateIntervalMs = 10_000;

/** A point of the chart. Times in milliseconds, as in all that is not exported here. */
interface ChartPoint extends Sample {
  /** The counters were written then: all the rows up to it are told. */
  readonly isSampled: boolean;
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
export function createChart(
  history: ProgressHistory,
  backfill: Backfill,
  now: number,
  track?: ProgressTrack,
): Chart {
  const spans = findSpans(history, backfill, now, track);
  const rateGaps = spans.map((span) => toRateGap(span, history.samples));
  const points = createPoints(
    history.samples,
    rateGaps,
    isUnfinished(backfill) ? now : (getFinishTime(backfill) ?? now),
  );
  return {
    times: points.map(({ at }) => at / 1000),
    rows: points.map(({ rows }) => rows),
    rates: computeRates(points, rateGaps),
    spans: spans.map((span) => ({
      ...span,
      from: span.from / 1000,
      to: span.to === null ? null : span.to / 1000,
    })),
    marks: history.events.flatMap((event) =>
      event.kind === 'restarted' ? [{ at: event.at / 1000, cause: event.cause }] : [],
    ),
  };
}

function findSpans(
  history: ProgressHistory,
  backfill: Backfill,
  now: number,
  track: ProgressTrack | undefined,
): readonly ChartSpan[] {
  const spans: ChartSpan[] = [];
  let pausedAt: number | undefined;
  for (const event of history.events) {
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
  return [...spans, ...findOngoingSpans(history, backfill, now, track)].sort((a, b) => a.from - b.from);
}

/** What the journal does not tell before it is over. */
function findOngoingSpans(
  { observedAt }: ProgressHistory,
  backfill: Backfill,
  now: number,
  track: ProgressTrack | undefined,
): readonly ChartSpan[] {
  const isUnobserved = isUnfinished(backfill) && now - observedAt > unobservedThresholdMs;
  const isStalled =
    track?.pausedSince === null &&
    backfill.state === 'active' &&
    getIdleMs(track, now) > getStallThresholdMs(track, backfill);
  return [
    ...(isUnobserved ? [{ kind: 'unseen', from: observedAt, to: null } as const] : []),
    ...(isStalled ? [{ kind: 'stalled', from: getIdleSince(track), to: null } as const] : []),
  ];
}

/** Where there is no rate because of a span. After a time unseen, the page under way when somebody looked tells none. */
function toRateGap({ kind, from, to }: ChartSpan, samples: readonly Sample[]): TimeRange {
  const spanEnd = to ?? Infinity;
  const knownFrom = kind === 'unseen' ? samples.find(({ at }) => at >= spanEnd)?.at : spanEnd;
  return { from, to: knownFrom ?? Infinity };
}

/** The points in the order of time, one for each time. */
function createPoints(
  samples: readonly Sample[],
  rateGaps: readonly TimeRange[],
  end: number,
): readonly ChartPoint[] {
  const [firstAt, lastAt] = [samples[0]?.at ?? end, Math.max(end, samples.at(-1)?.at ?? end)];
  const boundaries = [...rateGaps.flatMap(({ from, to }) => [from, to]), lastAt].filter(
    (at) => at > firstAt && at <= lastAt,
  );
  const times = [
    ...samples.map(({ at, rows }) => ({ at, rows })),
    ...boundaries.map((at) => ({ at, rows: undefined })),
  ].sort((a, b) => a.at - b.at);
  const points: ChartPoint[] = [];
  for (const { at, rows } of times) {
    const previous = points.at(-1);
    if (at !== previous?.at) {
      points.push({ at, rows: rows ?? previous?.rows ?? 0, isSampled: rows !== undefined });
    }
  }
  return points;
}

function computeRates(
  points: readonly ChartPoint[],
  rateGaps: readonly TimeRange[],
): readonly (number | null)[] {
  const rates = points.map((): number | null => null);
  let startIndex = 0;
  for (let index = 1; index <= points.length; index += 1) {
    if (!isRateKnown(points[index - 1], points[index], rateGaps)) {
      fillRates(rates, points, startIndex, index - 1);
      startIndex = index;
    }
  }
  return rates;
}

/** Whether all rows between two points that follow each other are told, and of all the time that they took. */
function isRateKnown(
  previous: ChartPoint | undefined,
  point: ChartPoint | undefined,
  rateGaps: readonly TimeRange[],
): boolean {
  return (
    previous !== undefined &&
    point?.isSampled === true &&
    point.rows >= previous.rows &&
    !rateGaps.some(({ from, to }) => from < point.at && to > previous.at)
  );
}

/** Gives the points after `begin` up to `end` their rates, in stretches that are long enough. */
function fillRates(
  rates: (number | null)[],
  points: readonly ChartPoint[],
  startIndex: number,
  endIndex: number,
): void {
  const [last, first] = [points[endIndex], points[startIndex]];
  if (last === undefined || first === undefined || last.at - first.at < minRateIntervalMs) {
    return;
  }
  let intervalStart = first;
  let filledIndex = startIndex;
  points.slice(0, endIndex + 1).forEach((point, index) => {
    const isLongEnough =
      point.at - intervalStart.at >= minRateIntervalMs && last.at - point.at >= minRateIntervalMs;
    if (index === endIndex || isLongEnough) {
      rates.fill(
        ((point.rows - intervalStart.rows) / (point.at - intervalStart.at)) * 1000,
        filledIndex + 1,
        index + 1,
      );
      intervalStart = point;
      filledIndex = index;
    }
  });
}
