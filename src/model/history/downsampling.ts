import type { HistoryEvent, ProgressHistory, Sample } from './history.ts';

/** Enough for a chart as wide as a screen, and small enough to keep for many backfills. */
const maxSamples = 300;
/** The number of samples left after downsampling. Many are removed at once, because downsampling is expensive. */
const downsampledCount = 200;
const maxEvents = 100;

/** The age up to which samples have about equal distances, in milliseconds. */
const recentWindowMs = 60_000;

/** The growth of the minimum distance between samples per attempt, until few enough are left. */
const spacingGrowth = 1.3;

/**
 * The kinds of events to remove when there are too many, first to last. The start, the end and a pause in progress are
 * never removed.
 */
const evictionOrder: readonly (readonly HistoryEvent['kind'][])[] = [
  ['paused', 'stalled'],
  ['restarted', 'unobserved'],
  ['counted', 'firstRows'],
];

/** Limits a history to the size for recording; returns the same object if it is within the limits. */
export function limitHistory(history: ProgressHistory): ProgressHistory {
  const sampleLimit = history.samples.length > maxSamples ? downsampledCount : maxSamples;
  return downsampleHistory(history, sampleLimit, maxEvents);
}

/**
 * Limits a history to a number of samples (3 or more) and of events (5 or more). Returns the same object if it is within
 * the limits.
 */
export function downsampleHistory(
  history: ProgressHistory,
  sampleLimit: number,
  eventLimit: number,
): ProgressHistory {
  if (history.samples.length <= sampleLimit && history.events.length <= eventLimit) {
    return history;
  }
  const events = truncateEvents(history.events, eventLimit);
  return { ...history, events, samples: downsample(history.samples, events, sampleLimit) };
}

function truncateEvents(events: readonly HistoryEvent[], limit: number): readonly HistoryEvent[] {
  let remaining = events;
  for (const kinds of evictionOrder) {
    for (let evictedIndex = 0; evictedIndex !== -1 && remaining.length > limit;) {
      evictedIndex = remaining.findIndex(
        (event, index) => kinds.includes(event.kind) && !isPauseInProgress(remaining, index),
      );
      remaining = evictedIndex === -1 ? remaining : removeEvent(remaining, evictedIndex);
    }
  }
  return remaining;
}

/** Whether an event is a pause without a resume. */
function isPauseInProgress(events: readonly HistoryEvent[], index: number): boolean {
  return events[index]?.kind === 'paused' && findResume(events, index) === -1;
}

function findResume(events: readonly HistoryEvent[], pauseIndex: number): number {
  return events.findIndex(({ kind }, index) => index > pauseIndex && kind === 'resumed');
}

/** Removes an event; a pause together with its resume. */
function removeEvent(events: readonly HistoryEvent[], index: number): readonly HistoryEvent[] {
  const resumeIndex = events[index]?.kind === 'paused' ? findResume(events, index) : -1;
  return events.filter((_, otherIndex) => otherIndex !== index && otherIndex !== resumeIndex);
}

/**
 * Keeps at most `limit` samples, among them the first and the last. The distance between samples grows with their age, up
 * to a quarter of the total duration, so that a line is left even in the oldest part. The last sample before a pause, a
 * stall or an unobserved time is kept while there is room, because the chart has a gap there.
 */
function downsample(
  samples: readonly Sample[],
  events: readonly HistoryEvent[],
  limit: number,
): readonly Sample[] {
  const pinned = findPinnedSamples(events, samples, limit - 2);
  let remaining = samples;
  for (let spacing = 1 / limit; remaining.length > limit; spacing *= spacingGrowth) {
    remaining = keepSpacedSamples(samples, pinned, spacing);
  }
  return remaining;
}

function findPinnedSamples(
  events: readonly HistoryEvent[],
  samples: readonly Sample[],
  limit: number,
): ReadonlySet<Sample> {
  const gapStarts = events.flatMap((event) =>
    event.kind === 'paused' ? event.at : 'from' in event ? event.from : [],
  );
  const pinned = new Set(gapStarts.flatMap((start) => samples.findLast(({ at }) => at <= start) ?? []));
  return new Set([...pinned].slice(-limit));
}

/** Keeps the samples whose distance is at least the fraction `spacing` of their age. In ascending order of time. */
function keepSpacedSamples(
  samples: readonly Sample[],
  pinned: ReadonlySet<Sample>,
  spacing: number,
): readonly Sample[] {
  const endAt = samples.at(-1)?.at ?? 0;
  const durationMs = endAt - (samples[0]?.at ?? 0);
  let lastKeptAt = Number.NEGATIVE_INFINITY;
  return samples.filter((sample, index) => {
    // At least 1 ms: a correction of the clock or a damaged file may have moved all samples to the same time.
    const minGapMs = Math.max(1, spacing * Math.min(endAt - sample.at + recentWindowMs, durationMs / 4));
    const isKept = index === samples.length - 1 || sample.at - lastKeptAt >= minGapMs || pinned.has(sample);
    lastKeptAt = isKept ? sample.at : lastKeptAt;
    return isKept;
  });
}
