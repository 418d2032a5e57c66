import type { ProgressHistory, HistoryEvent, Sample } from './history.ts';

/** Enough for a chart as wide as a screen, and little to keep for each of many backfills. */
const maxSamples = 300;
/** Once there are more, so many are left: thinning is dear, and so is done for many at once. */
const reducedSamples = 200;
const maxEvents = 100;

/** The part of the past in which samples are kept about equally close to each other, in milliseconds. */
const recentWindowMs = 60_000;

/** How much wider the steps are made, until what is left is few enough. */
const spacingGrowth = 1.3;

/** What goes first where there are too many events. A create and an end never go, nor a pause that lasts. */
const evictionOrder: readonly (readonly HistoryEvent['kind'][])[] = [
  ['paused', 'stalled'],
  ['restarted', 'unseen'],
  ['counted', 'firstRows'],
];

/** The journal as small as it is to be while it grows; the same object if it is. */
export function limitHistory(history: ProgressHistory): ProgressHistory {
  return history.samples.length <= maxSamples && history.events.length <= maxEvents
    ? history
    : downsampleHistory(
        history,
        history.samples.length > maxSamples ? reducedSamples : maxSamples,
        maxEvents,
      );
}

/** The journal with at most so many samples, 3 or more, and events, 5 or more; the same object if it has no more. */
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
        (event, index) => kinds.includes(event.kind) && !isOngoingPause(remaining, index),
      );
      remaining = evictedIndex === -1 ? remaining : removeEvent(remaining, evictedIndex);
    }
  }
  return remaining;
}

/** Whether it is a pause that is not over. */
function isOngoingPause(events: readonly HistoryEvent[], index: number): boolean {
  return events[index]?.kind === 'paused' && findResume(events, index) === -1;
}

function findResume(events: readonly HistoryEvent[], pauseIndex: number): number {
  return events.findIndex(({ kind }, index) => index > pauseIndex && kind === 'resumed');
}

/** A pause goes with its resume. */
function removeEvent(events: readonly HistoryEvent[], index: number): readonly HistoryEvent[] {
  const resumeIndex = events[index]?.kind === 'paused' ? findResume(events, index) : -1;
  return events.filter((_, otherIndex) => otherIndex !== index && otherIndex !== resumeIndex);
}

/**
 * At most so many of the samples, the first and the last among them. How far those that stay are apart grows with
 * their age, up to a quarter of the whole time, so that also the oldest make a line. What a chart cuts at, the last
 * sample before a pause, a stall or a time that nobody saw, stays as long as there is room.
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
  const pinned = new Set<Sample>();
  for (const event of events) {
    const cutAt = event.kind === 'paused' ? event.at : 'from' in event ? event.from : undefined;
    const sample = cutAt === undefined ? undefined : samples.findLast(({ at }) => at <= cutAt);
    if (sample !== undefined) {
      pinned.add(sample);
    }
  }
  return new Set([...pinned].slice(-limit));
}

/** The samples that are apart by the share of their age, in the order of time. */
function keepSpacedSamples(
  samples: readonly Sample[],
  pinned: ReadonlySet<Sample>,
  spacing: number,
): readonly Sample[] {
  const endAt = samples.at(-1)?.at ?? 0;
  const durationMs = endAt - (samples[0]?.at ?? 0);
  let lastKeptAt = Number.NEGATIVE_INFINITY;
  return samples.filter((sample, index) => {
    const minGapMs = spacing * Math.min(endAt - sample.at + recentWindowMs, durationMs / 4);
    const isKept = index === samples.length - 1 || sample.at - lastKeptAt >= minGapMs || pinned.has(sample);
    lastKeptAt = isKept ? sample.at : lastKeptAt;
    return isKept;
  });
}
