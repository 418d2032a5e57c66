import type { HistoryEvent, ProgressHistory, Sample } from './history.ts';

/** The maximum number of samples: enough for a chart as wide as a screen, and few enough to keep for many backfills. */
const maxSamples = 300;
/**
 * The number of samples that remain after downsampling. Many are removed at once, because downsampling is expensive.
 */
const downsampledCount = 200;
const maxEvents = 100;

/** The age in milliseconds up to which the intervals between samples are about equal. */
const recentWindowMs = 60_000;

/**
 * The factor by which each attempt increases the minimum interval between samples, until few enough samples are left.
 */
const spacingGrowth = 1.3;

/**
 * The kinds of events to remove, in this order, if there are too many events. The start, the end and a pause in
 * progress are never removed.
 */
const evictionOrder: readonly (readonly HistoryEvent['kind'][])[] = [
  ['paused', 'stalled'],
  ['restarted', 'unobserved'],
  ['counted', 'firstRows'],
];

/** Limits the size of a history while it is recorded. Returns the same object if the history is within the limits. */
export function limitHistory(history: ProgressHistory): ProgressHistory {
  const sampleLimit = history.samples.length > maxSamples ? downsampledCount : maxSamples;
  return downsampleHistory(history, sampleLimit, maxEvents);
}

/**
 * Limits a history to a number of samples (3 or more) and a number of events (5 or more). Returns the same object if
 * the history is within the limits.
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
  return events[index]?.kind === 'paused' && findResumeIndex(events, index) === -1;
}

function findResumeIndex(events: readonly HistoryEvent[], pauseIndex: number): number {
  return events.findIndex(({ kind }, index) => index > pauseIndex && kind === 'resumed');
}

/** Removes an event. Removes a pause together with its resume. */
function removeEvent(events: readonly HistoryEvent[], index: number): readonly HistoryEvent[] {
  const resumeIndex = events[index]?.kind === 'paused' ? findResumeIndex(events, index) : -1;
  return events.filter((_, otherIndex) => otherIndex !== index && otherIndex !== resumeIndex);
}

/**
 * Keeps at most `limit` samples, including the first and the last. The intervals between samples grow with the age of
 * the samples, up to an age of a quarter of the total duration, so that even the oldest part keeps several samples. As
 * far as the limit allows, keeps the last sample before each pause, stall and unobserved period, where the chart has a
 * gap.
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

/**
 * Keeps the pinned samples, and other samples at intervals of at least their age multiplied by `spacing`. `samples` is
 * in ascending order of time.
 */
function keepSpacedSamples(
  samples: readonly Sample[],
  pinned: ReadonlySet<Sample>,
  spacing: number,
): readonly Sample[] {
  const endAt = samples.at(-1)?.at ?? 0;
  const durationMs = endAt - (samples[0]?.at ?? 0);
  let lastKeptAt = Number.NEGATIVE_INFINITY;
  return samples.filter((sample, index) => {
    // At least 1 ms, so that samples are removed even if all of them have the same time, as after a clock correction or
    // in a damaged file.
    const minGapMs = Math.max(1, spacing * Math.min(endAt - sample.at + recentWindowMs, durationMs / 4));
    const isKept = index === samples.length - 1 || sample.at - lastKeptAt >= minGapMs || pinned.has(sample);
    lastKeptAt = isKept ? sample.at : lastKeptAt;
    return isKept;
  });
}
