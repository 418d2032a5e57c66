import { type Backfill, getFinishTime, isUnfinished } from '../Backfill.ts';
import {
  listPauses,
  type ProgressHistory,
  type RestartCause,
  type Sample,
  type TimeRange,
  unobservedThresholdMs,
} from './history.ts';

/**
 * The rows and the rate of a backfill over time, ready to draw. Times are the server's, in seconds since the epoch.
 * `times`, `rows` and `rates` have the same length, and `times` is ascending.
 */
export interface Chart {
  readonly times: readonly number[];
  /** The rows that were processed by each time. */
  readonly rows: readonly number[];
  /** The rows per second between the previous time and each time; null where the rate is unknown. */
  readonly rates: readonly (number | null)[];
  readonly spans: readonly ChartSpan[];
  /** The restarts of the reader. */
  readonly restarts: readonly { readonly at: number; readonly cause: RestartCause }[];
}

/**
 * A time range in which the backfill didn't progress, or in which its progress is unknown. Times are as in
 * {@link Chart}.
 */
export interface ChartSpan {
  readonly kind: SpanKind;
  readonly from: number;
  /** Null for a span in progress. */
  readonly to: number | null;
}

type SpanKind = 'paused' | 'unobserved' | 'stalled';

/**
 * The shortest time over which a rate is computed. Pages of 40,000 rows arrive every few seconds, sometimes two at
 * once. Over a shorter time, the rate would depend on when they happen to arrive.
 */
const minRateIntervalMs = 10_000;

/** A {@link ChartSpan} in milliseconds. For a span in progress, `to` is infinite. */
interface Span extends TimeRange {
  readonly kind: SpanKind;
}

/** A point of the chart. Its time is in milliseconds. */
interface ChartPoint extends Sample {
  /** Whether the counters were updated at this time, so `rows` is exact. */
  readonly isSampled: boolean;
}

/**
 * Creates the chart at `now`, the server's time in milliseconds since the epoch. The chart has a point for each sample,
 * for each start and end of a span, and for its own end, which is `now` while the backfill is unfinished.
 *
 * The rates are averages, not a curve through the samples. Each interval of at least 10 s between two counter updates
 * has one rate, so the integral of the rates equals the counted rows. A shorter interval is merged with the next one,
 * or with the previous one at the end. The rate is unknown within a span, between the last update and a following span
 * or the end (the current page isn't counted yet), and where the known time is shorter than 10 s.
 * @param stalledSince the start of a stall in progress, in milliseconds since the epoch
 */
export function createChart(
  history: ProgressHistory,
  backfill: Backfill,
  now: number,
  stalledSince?: number,
): Chart {
  const spans = findSpans(history, backfill, now, stalledSince);
  const rateGaps = spans.map((span) => toRateGap(span, history.samples));
  const points = createPoints(history.samples, rateGaps, getFinishTime(backfill) ?? now);
  return {
    times: points.map(({ at }) => at / 1000),
    rows: points.map(({ rows }) => rows),
    rates: computeRates(points, rateGaps),
    spans: spans.map(({ kind, from, to }) => ({
      kind,
      from: from / 1000,
      to: Number.isFinite(to) ? to / 1000 : null,
    })),
    restarts: history.events.flatMap((event) =>
      event.kind === 'restarted' ? [{ at: event.at / 1000, cause: event.cause }] : [],
    ),
  };
}

function findSpans(
  history: ProgressHistory,
  backfill: Backfill,
  now: number,
  stalledSince: number | undefined,
): readonly Span[] {
  const spans: Span[] = [
    ...listPauses(history).map((pause) => ({ kind: 'paused' as const, ...pause })),
    ...history.events.filter((event) => event.kind === 'stalled' || event.kind === 'unobserved'),
  ];
  // The history contains unobserved periods and stalls only once they have ended.
  if (isUnfinished(backfill) && now - history.observedAt > unobservedThresholdMs) {
    spans.push({ kind: 'unobserved', from: history.observedAt, to: Infinity });
  }
  if (stalledSince !== undefined) {
    spans.push({ kind: 'stalled', from: stalledSince, to: Infinity });
  }
  return spans.sort((a, b) => a.from - b.from);
}

/**
 * The time range around a span for which no rate is known. For an unobserved period, the range ends with the next
 * sample, because the sample's rows include rows from the unobserved period.
 */
function toRateGap({ kind, from, to }: Span, samples: readonly Sample[]): TimeRange {
  const gapEnd = kind === 'unobserved' ? samples.find(({ at }) => at >= to)?.at : to;
  return { from, to: gapEnd ?? Infinity };
}

/** The points in ascending order of time, one for each time. */
function createPoints(
  samples: readonly Sample[],
  rateGaps: readonly TimeRange[],
  end: number,
): readonly ChartPoint[] {
  const firstAt = samples[0]?.at ?? end;
  const lastAt = Math.max(end, samples.at(-1)?.at ?? end);
  const boundaries = [...rateGaps.flatMap(({ from, to }) => [from, to]), lastAt].filter(
    (at) => at > firstAt && at <= lastAt,
  );
  const candidates = [
    ...samples.map(({ at, rows }) => ({ at, rows })),
    ...boundaries.map((at) => ({ at, rows: undefined })),
  ].sort((a, b) => a.at - b.at);
  const points: ChartPoint[] = [];
  for (const { at, rows } of candidates) {
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
  for (let index = 1; index < points.length; index += 1) {
    if (!isRateKnown(points[index - 1], points[index], rateGaps)) {
      fillRates(rates, points, startIndex, index - 1);
      startIndex = index;
    }
  }
  fillRates(rates, points, startIndex, points.length - 1);
  return rates;
}

/** Whether both the rows and the running time between two consecutive points are known. */
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

/** Sets the rates of the points after `startIndex` up to `endIndex`, over intervals that are long enough. */
function fillRates(
  rates: (number | null)[],
  points: readonly ChartPoint[],
  startIndex: number,
  endIndex: number,
): void {
  const first = points[startIndex];
  const last = points[endIndex];
  if (last === undefined || first === undefined || last.at - first.at < minRateIntervalMs) {
    return;
  }
  let intervalStart = first;
  let fillIndex = startIndex + 1;
  for (const [offset, point] of points.slice(startIndex + 1, endIndex + 1).entries()) {
    const intervalMs = point.at - intervalStart.at;
    const isLongEnough = intervalMs >= minRateIntervalMs && last.at - point.at >= minRateIntervalMs;
    if (point === last || isLongEnough) {
      const nextIndex = startIndex + offset + 2;
      rates.fill(((point.rows - intervalStart.rows) / intervalMs) * 1000, fillIndex, nextIndex);
      intervalStart = point;
      fillIndex = nextIndex;
    }
  }
}
