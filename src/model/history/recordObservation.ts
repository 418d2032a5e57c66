import { getFinishTime, isUnfinished, type Backfill } from '../Backfill.ts';
import { observationStepMs, getStallThresholdMs, getIdleMs, getIdleSince } from '../progress/idleTime.ts';
import type { ProgressTrack } from '../progress/ProgressTrack.ts';
import { limitHistory } from './downsampling.ts';
import {
  unobservedThresholdMs,
  type EventTime,
  type HistoryEvent,
  type ProgressHistory,
  type Sample,
  type TimeRange,
} from './history.ts';

/** What is known to within so much has no `notBefore`: two looks in a window without the focus are as far apart. */
const exactTimeToleranceMs = 15_000;

/** A backfill as one look told it, and what followed from all looks until then. */
export interface Observation {
  readonly backfill: Backfill;
  readonly track: ProgressTrack;
}

/** A look, and what it is compared with. */
interface ObservationContext extends Observation {
  readonly history: ProgressHistory;
  readonly previous: Observation | undefined;
  readonly at: number;
  /** The counter write that it found. */
  readonly sample: Sample | undefined;
}

/**
 * The journal after one more look; the same object if it tells nothing new. A backfill that is first met when it
 * is half done begins as one that nobody looked at since its create.
 * @param previous the look before; undefined at the first
 * @param now the server's time, in milliseconds since the epoch
 */
export function recordObservation(
  existing: ProgressHistory | undefined,
  previous: Observation | undefined,
  observation: Observation,
  now: number,
): ProgressHistory {
  if (existing !== undefined && previous !== undefined && !hasNewInformation(previous, observation)) {
    return existing;
  }
  const history = existing === undefined ? createHistory(observation.backfill) : discardAfter(existing, now);
  const at = Math.max(now, history.observedAt);
  const sample = createSample(history, observation, at);
  const events = detectEvents({ ...observation, history, previous, at, sample });
  return limitHistory({
    samples: sample === undefined ? history.samples : [...history.samples, sample],
    events: events.length === 0 ? history.events : mergeEvents(history.events, events),
    observedAt: at,
  });
}

/** A track is the same while nothing moves, and another every few seconds, for the time of the look. */
function hasNewInformation(previous: Observation, { backfill, track }: Observation): boolean {
  return (
    track !== previous.track ||
    backfill.rowsInitial !== previous.backfill.rowsInitial ||
    backfill.state !== previous.backfill.state
  );
}

function createHistory({ insertedAt }: Backfill): ProgressHistory {
  return {
    samples: [{ at: insertedAt, rows: 0 }],
    events: [{ kind: 'created', at: insertedAt }],
    observedAt: insertedAt,
  };
}

/** Where a clock was set back, what is dated later than now is forgotten: nothing can follow it in time. */
function discardAfter(history: ProgressHistory, now: number): ProgressHistory {
  const end = Math.max(now, history.samples[0]?.at ?? now);
  if (end >= history.observedAt - observationStepMs) {
    return history;
  }
  return {
    samples: history.samples.filter(({ at }) => at <= end),
    events: history.events.filter((event) => ('to' in event ? event.to : event.at) <= end),
    observedAt: end,
  };
}

/** When rows moved, `updated_at` tells, as the track has it; the looks before and after it bound what clocks do. */
function createSample(
  history: ProgressHistory,
  { backfill, track }: Observation,
  at: number,
): Sample | undefined {
  const rows = Number(backfill.rowsProcessed);
  const lastSample = history.samples.at(-1);
  if (rows === (lastSample?.rows ?? 0)) {
    return undefined;
  }
  // The time of the end is the exacter one: nothing is written after it.
  const latestPossible = Math.min(at, getReportedFinishTime(backfill) ?? at);
  const countedAt = Math.min(latestPossible, track.updates.at(-1)?.at ?? at);
  return { at: Math.max((lastSample?.at ?? 0) + 1, history.observedAt, countedAt), rows };
}

/** What a look tells to have happened since the one before. */
function detectEvents(context: ObservationContext): HistoryEvent[] {
  const unobserved = detectUnobservedTime(context);
  const finish = detectFinish(context);
  const pauseOrResume = finish === undefined ? detectPauseOrResume(context) : undefined;
  const restart = finish === undefined ? detectRestart(context) : undefined;
  const activityAt = finish?.at ?? context.sample?.at ?? pauseOrResume?.at ?? restart?.at;
  const stall = detectPastStall(context, activityAt, unobserved);
  const events = [
    unobserved,
    detectCount(context),
    detectFirstRows(context),
    stall,
    restart,
    pauseOrResume,
    finish,
  ];
  return events.filter((event) => event !== undefined);
}

type EventOf<K extends HistoryEvent['kind']> = Extract<HistoryEvent, { readonly kind: K }>;

function detectUnobservedTime({ history, backfill, at }: ObservationContext): EventOf<'unseen'> | undefined {
  const to = Math.min(at, getReportedFinishTime(backfill) ?? at);
  if (to - history.observedAt <= unobservedThresholdMs) {
    return undefined;
  }
  // A single look between two times unseen shows no more than the end of one: where the interval is long, all are such.
  const adjacent = history.events.find((event) => event.kind === 'unseen' && event.to === history.observedAt);
  return { kind: 'unseen', from: adjacent === undefined ? history.observedAt : getEventStart(adjacent), to };
}

function detectCount({ history, backfill, at }: ObservationContext): EventOf<'counted'> | undefined {
  return backfill.rowsInitial === null || hasEvent(history, 'counted')
    ? undefined
    : { kind: 'counted', rows: backfill.rowsInitial, ...createEventTime(history.observedAt, at) };
}

function detectFirstRows({ history, sample }: ObservationContext): EventOf<'firstRows'> | undefined {
  return sample === undefined || hasEvent(history, 'firstRows')
    ? undefined
    : { kind: 'firstRows', ...createEventTime(history.observedAt, sample.at) };
}

/** Notices that it began to rest, or to run again. Its own pause and resume move `updated_at`; a sink has no such time. */
function detectPauseOrResume(context: ObservationContext): EventOf<'paused' | 'resumed'> | undefined {
  const { history, backfill, track, at, sample } = context;
  const lastChange = history.events.findLast(({ kind }) => kind === 'paused' || kind === 'resumed');
  const pause = lastChange?.kind === 'paused' ? lastChange : undefined;
  if ((track.pausedSince !== null) === (pause !== undefined)) {
    return undefined;
  }
  if (track.pausedSince !== null) {
    const isOwnPause = backfill.state === 'paused';
    // A page that was seen at once with the pause was counted before it.
    const time = isOwnPause
      ? { at: clampToObservations(context, Math.max(track.pausedSince, sample?.at ?? 0)) }
      : createEventTime(history.observedAt, at);
    return { kind: 'paused', by: isOwnPause ? 'itself' : 'sink', ...time };
  }
  const by = pause?.by ?? 'itself';
  const hasReportedTime = by === 'itself' && sample === undefined;
  const time = hasReportedTime
    ? { at: clampToObservations(context, track.startedAt) }
    : createEventTime(history.observedAt, sample?.at ?? at);
  return { kind: 'resumed', by, ...time };
}

/** Notices that the reader began again without a pause that was seen. */
function detectRestart(context: ObservationContext): EventOf<'restarted'> | undefined {
  const { history, previous, backfill, track, at, sample } = context;
  if (previous?.track.pausedSince !== null || track.pausedSince !== null) {
    return undefined;
  }
  if (sample !== undefined && sample.rows < (history.samples.at(-1)?.rows ?? 0)) {
    return { kind: 'restarted', cause: 'countersSetBack', ...createEventTime(history.observedAt, sample.at) };
  }
  if (previous.track.sinkConfigHash !== null && track.sinkConfigHash !== previous.track.sinkConfigHash) {
    return { kind: 'restarted', cause: 'sinkEdited', ...createEventTime(history.observedAt, at) };
  }
  return isUpdatedWithoutProgress(previous.backfill, backfill)
    ? { kind: 'restarted', cause: 'resumed', at: clampToObservations(context, backfill.updatedAt) }
    : undefined;
}

/** Whether it was written with nothing to show for it. A count that became known would be something. */
function isUpdatedWithoutProgress(before: Backfill, after: Backfill): boolean {
  return (
    after.updatedAt !== before.updatedAt &&
    after.rowsProcessed === before.rowsProcessed &&
    after.rowsIngested === before.rowsIngested &&
    after.rowsInitial === before.rowsInitial
  );
}

/** The stall that is over, by what the look before knew of its rhythm; see `stallOf`. */
function detectPastStall(
  { previous, backfill, track, at }: ObservationContext,
  activityAt: number | undefined,
  unobserved: TimeRange | undefined,
): EventOf<'stalled'> | undefined {
  if (previous?.backfill.state !== 'active' || previous.track.pausedSince !== null) {
    return undefined;
  }
  const from = getIdleSince(previous.track);
  // A count that became known is a sign of life, too.
  const to = activityAt ?? (getIdleSince(track) > from ? Math.min(at, getIdleSince(track)) : undefined);
  const idleMs = to === undefined ? 0 : getIdleMs(previous.track, to);
  if (to === undefined || idleMs <= getStallThresholdMs(previous.track, backfill)) {
    return undefined;
  }
  return { kind: 'stalled', from, to: unobserved === undefined ? to : from + idleMs };
}

function detectFinish({ history, backfill, at }: ObservationContext): EventOf<'ended'> | undefined {
  if (isUnfinished(backfill)) {
    return undefined;
  }
  // A failed one has no time of its own; its last change was this, or came before it.
  const earliestPossible = Math.min(at, Math.max(history.observedAt, backfill.updatedAt));
  const reportedAt = getReportedFinishTime(backfill);
  const time = reportedAt === undefined ? createEventTime(earliestPossible, at) : { at: reportedAt };
  return { kind: 'ended', state: backfill.state, ...time };
}

/** When it ended, where the server tells. */
function getReportedFinishTime(backfill: Backfill): number | undefined {
  return backfill.completedAt === null && backfill.canceledAt === null ? undefined : getFinishTime(backfill);
}

function hasEvent({ events }: ProgressHistory, kind: HistoryEvent['kind']): boolean {
  return events.some((event) => event.kind === kind);
}

function createEventTime(notBefore: number, at: number): EventTime {
  return at - notBefore > exactTimeToleranceMs ? { at, notBefore } : { at };
}

/** A time that the server told, held to between the look before and this one. */
function clampToObservations({ history, at }: ObservationContext, time: number): number {
  return Math.min(at, Math.max(history.observedAt, time));
}

/** The events in their order; a time unseen takes the place of the one that it goes on from. */
function mergeEvents(events: readonly HistoryEvent[], added: readonly HistoryEvent[]): HistoryEvent[] {
  const unobserved = added.find(({ kind }) => kind === 'unseen');
  const retained = events.filter(
    (event) =>
      event.kind !== 'unseen' || unobserved === undefined || event.from !== getEventStart(unobserved),
  );
  return [...retained, ...added].sort(compareEvents);
}

/** When an event happened, or began. */
function getEventStart(event: HistoryEvent): number {
  return 'from' in event ? event.from : event.at;
}

/** By begin; a create is first and an end last whatever the clocks say. */
function compareEvents(a: HistoryEvent, b: HistoryEvent): number {
  return eventRank(a) - eventRank(b) || getEventStart(a) - getEventStart(b);
}

function eventRank({ kind }: HistoryEvent): number {
  return kind === 'created' ? 0 : kind === 'ended' ? 2 : 1;
}
