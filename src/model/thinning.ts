import type { Journal, JournalEvent, Sample } from './journal.ts';

/** Enough for a chart as wide as a screen, and little to keep for each of many backfills. */
const mostSamples = 300;
/** Once there are more, so many are left: thinning is dear, and so is done for many at once. */
const thinnedSamples = 200;
const mostEvents = 100;

/** The part of the past in which samples are kept about equally close to each other, in milliseconds. */
const recentMs = 60_000;

/** How much wider the steps are made, until what is left is few enough. */
const widening = 1.3;

/** What goes first where there are too many events. A create and an end never go, nor a pause that lasts. */
const expendable: readonly (readonly JournalEvent['kind'][])[] = [
  ['paused', 'stalled'],
  ['restarted', 'unseen'],
  ['counted', 'firstRows'],
];

/** The journal as small as it is to be while it grows; the same object if it is. */
export function withinBounds(journal: Journal): Journal {
  return journal.samples.length <= mostSamples && journal.events.length <= mostEvents
    ? journal
    : shrunk(journal, journal.samples.length > mostSamples ? thinnedSamples : mostSamples, mostEvents);
}

/** The journal with at most so many samples, 3 or more, and events, 5 or more; the same object if it has no more. */
export function shrunk(journal: Journal, samplesLeft: number, eventsLeft: number): Journal {
  if (journal.samples.length <= samplesLeft && journal.events.length <= eventsLeft) {
    return journal;
  }
  const events = fewerEvents(journal.events, eventsLeft);
  return { ...journal, events, samples: thinned(journal.samples, events, samplesLeft) };
}

function fewerEvents(events: readonly JournalEvent[], most: number): readonly JournalEvent[] {
  let left = events;
  for (const kinds of expendable) {
    for (let found = 0; found !== -1 && left.length > most;) {
      found = left.findIndex((event, index) => kinds.includes(event.kind) && !lasts(left, index));
      left = found === -1 ? left : withoutEvent(left, found);
    }
  }
  return left;
}

/** Whether it is a pause that is not over. */
function lasts(events: readonly JournalEvent[], index: number): boolean {
  return events[index]?.kind === 'paused' && resumeOf(events, index) === -1;
}

function resumeOf(events: readonly JournalEvent[], pause: number): number {
  return events.findIndex(({ kind }, index) => index > pause && kind === 'resumed');
}

/** A pause goes with its resume. */
function withoutEvent(events: readonly JournalEvent[], index: number): readonly JournalEvent[] {
  const resume = events[index]?.kind === 'paused' ? resumeOf(events, index) : -1;
  return events.filter((_, other) => other !== index && other !== resume);
}

/**
 * At most so many of the samples, the first and the last among them. How far those that stay are apart grows with
 * their age, up to a quarter of the whole time, so that also the oldest make a line. What a chart cuts at, the last
 * sample before a pause, a stall or a time that nobody saw, stays as long as there is room.
 */
function thinned(
  samples: readonly Sample[],
  events: readonly JournalEvent[],
  most: number,
): readonly Sample[] {
  const spared = sparedFor(events, samples, most - 2);
  let left = samples;
  for (let share = 1 / most; left.length > most; share *= widening) {
    left = swept(samples, spared, share);
  }
  return left;
}

function sparedFor(
  events: readonly JournalEvent[],
  samples: readonly Sample[],
  most: number,
): ReadonlySet<Sample> {
  const spared = new Set<Sample>();
  for (const event of events) {
    const cut = event.kind === 'paused' ? event.at : 'from' in event ? event.from : undefined;
    const sample = cut === undefined ? undefined : samples.findLast(({ at }) => at <= cut);
    if (sample !== undefined) {
      spared.add(sample);
    }
  }
  return new Set([...spared].slice(-most));
}

/** The samples that are apart by the share of their age, in the order of time. */
function swept(samples: readonly Sample[], spared: ReadonlySet<Sample>, share: number): readonly Sample[] {
  const end = samples.at(-1)?.at ?? 0;
  const span = end - (samples[0]?.at ?? 0);
  let keptAt = Number.NEGATIVE_INFINITY;
  return samples.filter((sample, index) => {
    const gap = share * Math.min(end - sample.at + recentMs, span / 4);
    const isKept = index === samples.length - 1 || sample.at - keptAt >= gap || spared.has(sample);
    keptAt = isKept ? sample.at : keptAt;
    return isKept;
  });
}
