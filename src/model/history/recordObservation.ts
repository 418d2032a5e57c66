import { type Backfill, getFinishTime, isUnfinished } from '../Backfill.ts';
import { getIdleMs, getIdleSince, getStallThresholdMs, observationStepMs } from '../progress/idleTime.ts';
import type { ProgressTrack } from '../progress/ProgressTrack.ts';
import { limitHistory } from './downsampling.ts';
import {
  type EventTime,
  type HistoryEvent,
  type ProgressHistory,
  type Sample,
  type TimeRange,
  unobservedThresholdMs,
} from './history.ts';

/**
 * An event time that is uncertain by at most this, in milliseconds, has no `notBefore`. Longer than the default polling
 * interval of an unfocused window.
 */
const exactTimeToleranceMs = 15_000;

/** A backfill as reported by a response, and the track derived from all observations so far. */
export interface Observation {
  readonly backfill: Backfill;
  readonly track: ProgressTrack;
  /** Whether the sink was edited since the previous observation. */
  readonly isSinkEdited?: boolean;
}

/** An observation, and what it is compared with. */
interface ObservationContext extends Observation {
  readonly history: ProgressHistory;
  readonly previous: Observation | undefined;
  readonly at: number;
  /** The counter update that the observation revealed. */
  readonly sample: Sample | undefined;
}

/**
 * Adds an observation to a history. Returns the same object if the observation shows nothing new. If the backfill is
 * first observed more than {@link unobservedThresholdMs} after its start, its history begins with an unobserved period.
 * @param previous the previous observation; undefined if this is the first one
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
  const history =
    existing === undefined ? createHistory(observation.backfill, now) : discardAfter(existing, now);
  const at = Math.max(now, history.observedAt);
  const sample = createSample(history, observation, at);
  const events = detectEvents({ ...observation, history, previous, at, sample });
  return limitHistory({
    samples: sample === undefined ? history.samples : [...history.samples, sample],
    events: events.length === 0 ? history.events : mergeEvents(history.events, events),
    observedAt: at,
    firstObservedAt: history.firstObservedAt,
  });
}

/**
 * Whether an observation can change the history. While nothing changes, the track stays the same object, except that it
 * is replaced every few seconds to record the time of the observation.
 */
function hasNewInformation(previous: Observation, { backfill, track }: Observation): boolean {
  return (
    track !== previous.track ||
    backfill.rowsInitial !== previous.backfill.rowsInitial ||
    backfill.state !== previous.backfill.state
  );
}

function createHistory({ insertedAt }: Backfill, now: number): ProgressHistory {
  return {
    samples: [{ at: insertedAt, rows: 0 }],
    events: [{ kind: 'created', at: insertedAt }],
    observedAt: insertedAt,
    firstObservedAt: Math.max(insertedAt, now),
  };
}

/** Removes samples and events later than `now`, in case a clock was set back, so that both stay in ascending order. */
function discardAfter(history: ProgressHistory, now: number): ProgressHistory {
  const end = Math.max(now, history.samples[0]?.at ?? now);
  if (end >= history.observedAt - observationStepMs) {
    return history;
  }
  return {
    samples: history.samples.filter(({ at }) => at <= end),
    events: history.events.filter((event) => ('to' in event ? event.to : event.at) <= end),
    observedAt: end,
    firstObservedAt: Math.min(history.firstObservedAt, end),
  };
}

/**
 * Creates a sample if rows were processed. Dates the sample by `updated_at`, like the track, but never before the
 * previous observation or after this one, in case the clocks differ.
 */
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
  // The reported finish time is more exact, and no rows are processed after it.
  const latestPossible = Math.min(at, getReportedFinishTime(backfill) ?? at);
  const countedAt = Math.min(latestPossible, track.lastUpdate?.at ?? at);
  return { at: Math.max((lastSample?.at ?? 0) + 1, history.observedAt, countedAt), rows };
}

/** Detects the events between the previous observation and this one. */
function detectEvents(context: ObservationContext): HistoryEvent[] {
  const unobserved = detectUnobservedPeriod(context);
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

function detectUnobservedPeriod({
  history,
  backfill,
  at,
}: ObservationContext): EventOf<'unobserved'> | undefined {
  const to = Math.min(at, getReportedFinishTime(backfill) ?? at);
  if (to - history.observedAt <= unobservedThresholdMs) {
    return undefined;
  }
  // Merges two unobserved periods if there is only one observation between them. With a long poll interval, every
  // observation is between two unobserved periods.
  const adjacent = history.events.find(
    (event) => event.kind === 'unobserved' && event.to === history.observedAt,
  );
  return {
    kind: 'unobserved',
    from: adjacent === undefined ? history.observedAt : getEventStart(adjacent),
    to,
  };
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

/**
 * Detects a pause or a resume. If the backfill itself was paused or resumed, `updated_at` is the time. The server
 * reports no time for a pause or a resume of the sink.
 */
function detectPauseOrResume(context: ObservationContext): EventOf<'paused' | 'resumed'> | undefined {
  const { history, backfill, track, at, sample } = context;
  const lastChange = history.events.findLast(({ kind }) => kind === 'paused' || kind === 'resumed');
  const pause = lastChange?.kind === 'paused' ? lastChange : undefined;
  if ((track.pausedSince !== null) === (pause !== undefined)) {
    return undefined;
  }
  if (track.pausedSince !== null) {
    const isOwnPause = backfill.state === 'paused';
    // A page that appears together with the pause was counted before the pause.
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

/** Detects a restart of the reader that no observed pause explains. */
function detectRestart(context: ObservationContext): EventOf<'restarted'> | undefined {
  const { history, previous, backfill, track, isSinkEdited, at, sample } = context;
  if (previous?.track.pausedSince !== null || track.pausedSince !== null) {
    return undefined;
  }
  if (sample !== undefined && sample.rows < (history.samples.at(-1)?.rows ?? 0)) {
    return { kind: 'restarted', cause: 'countersReset', ...createEventTime(history.observedAt, sample.at) };
  }
  if (isSinkEdited === true) {
    return { kind: 'restarted', cause: 'sinkEdited', ...createEventTime(history.observedAt, at) };
  }
  if (isUpdatedWithoutProgress(previous.backfill, backfill)) {
    return { kind: 'restarted', cause: 'resumed', at: clampToObservations(context, backfill.updatedAt) };
  }
  return track.startedAt === at && previous.track.startedAt < at && backfill.updatedAt !== at
    ? { kind: 'restarted', cause: 'interrupted', ...createEventTime(history.observedAt, at) }
    : undefined;
}

/** Whether `updated_at` changed without progress. A row count that became known counts as progress. */
function isUpdatedWithoutProgress(before: Backfill, after: Backfill): boolean {
  return (
    after.updatedAt !== before.updatedAt &&
    after.rowsProcessed === before.rowsProcessed &&
    after.rowsIngested === before.rowsIngested &&
    after.rowsInitial === before.rowsInitial
  );
}

/**
 * Detects a stall that is over. Like `detectStall` during the stall, uses the threshold of the previous observation.
 */
function detectPastStall(
  { previous, backfill, track, at }: ObservationContext,
  activityAt: number | undefined,
  unobserved: TimeRange | undefined,
): EventOf<'stalled'> | undefined {
  if (previous?.backfill.state !== 'active' || previous.track.pausedSince !== null) {
    return undefined;
  }
  const from = getIdleSince(previous.track);
  // A row count that became known also counts as activity.
  const to = activityAt ?? (getIdleSince(track) > from ? Math.min(at, getIdleSince(track)) : undefined);
  const idleMs = to === undefined ? 0 : getIdleMs(previous.track, to);
  if (to === undefined || idleMs <= getStallThresholdMs(previous.track, backfill)) {
    return undefined;
  }
  return { kind: 'stalled', from, to: unobserved === undefined ? to : from + idleMs };
}

function detectFinish({ history, backfill, at }: ObservationContext): EventOf<'finished'> | undefined {
  if (isUnfinished(backfill)) {
    return undefined;
  }
  // The API doesn't report when a backfill failed. It can't have failed before the last update.
  const earliestPossible = Math.min(at, Math.max(history.observedAt, backfill.updatedAt));
  const reportedAt = getReportedFinishTime(backfill);
  const time = reportedAt === undefined ? createEventTime(earliestPossible, at) : { at: reportedAt };
  return { kind: 'finished', state: backfill.state, ...time };
}

/** The finish time; undefined if the server doesn't report it. */
function getReportedFinishTime(backfill: Backfill): number | undefined {
  return backfill.completedAt === null && backfill.canceledAt === null ? undefined : getFinishTime(backfill);
}

function hasEvent({ events }: ProgressHistory, kind: HistoryEvent['kind']): boolean {
  return events.some((event) => event.kind === kind);
}

function createEventTime(notBefore: number, at: number): EventTime {
  return at - notBefore > exactTimeToleranceMs ? { at, notBefore } : { at };
}

/** Limits a reported time to the time between the previous observation and this one. */
function clampToObservations({ history, at }: ObservationContext, time: number): number {
  return Math.min(at, Math.max(history.observedAt, time));
}

/** Adds events in order. A new unobserved period replaces the one that it extends. */
function mergeEvents(events: readonly HistoryEvent[], added: readonly HistoryEvent[]): HistoryEvent[] {
  const unobserved = added.find(({ kind }) => kind === 'unobserved');
  const retained = events.filter(
    (event) =>
      event.kind !== 'unobserved' || unobserved === undefined || event.from !== getEventStart(unobserved),
  );
  return [...retained, ...added].sort(compareEvents);
}

/** The time at which an event happened or, if it has a duration, began. */
function getEventStart(event: HistoryEvent): number {
  return 'from' in event ? event.from : event.at;
}

/** Orders events by their start, except that the creation is first and the finish last, even if the clocks differ. */
function compareEvents(a: HistoryEvent, b: HistoryEvent): number {
  return getEventRank(a) - getEventRank(b) || getEventStart(a) - getEventStart(b);
}

function getEventRank({ kind }: HistoryEvent): number {
  return kind === 'created' ? 0 : kind === 'finished' ? 2 : 1;
}
