import type { Backfill } from '../Backfill.ts';
import type { Sink } from '../Sink.ts';
import { forecastFinish } from './forecast.ts';
import { getIdleMs, getStallThresholdMs, observationStepMs } from './idleTime.ts';
import { createAveragePaceEstimate, createPaceEstimate, updatePaceEstimate } from './pace.ts';
import { isRestart, maxPageRows, splitIntoPages } from './pages.ts';
import type { FinishTime, ProgressTrack, ProgressUpdate } from './ProgressTrack.ts';

/** `updated_at` is truncated to whole seconds. This is the average of the part that is cut off, in milliseconds. */
const timestampRoundingMs = 500;

/** How far the predicted finish time may differ from the displayed finish time before the display changes. */
const tolerance = {
  /** As fractions of the total duration and of the time left. The smaller limit counts. */
  totalFraction: 0.03,
  timeLeftFraction: 1 / 8,
  /**
   * As a fraction of the distance from the prediction to its bounds. If this limit is larger, it replaces the limit
   * above.
   */
  boundFraction: 1 / 3,
  /**
   * The prediction may always be this much later, in milliseconds, while the time left is a minute or more, because a
   * time left that grows is confusing.
   */
  laterMs: 20_000,
  /** How far the natural logarithms of the two {@link FinishTime.factor}s may differ. */
  logFactor: 0.2,
};

/**
 * Updates a track with an observation. Returns the same object if there is nothing new.
 * @param serverNow the server's time of the observation, in milliseconds since the epoch
 * @param sink the backfill's sink in the same observation, if known
 */
export function trackProgress(
  track: ProgressTrack | undefined,
  backfill: Backfill,
  serverNow: number,
  sink?: Sink,
): ProgressTrack {
  // Starts over if the server's clock was set back, because earlier times can't be compared.
  if (track === undefined || serverNow < track.observedAt - observationStepMs) {
    return updateDisplayedFinish(createTrack(backfill, serverNow, sink), backfill);
  }
  const now = Math.max(serverNow, track.observedAt);
  const next = applyCounters(applyStateChange(track, backfill, now, sink), track, backfill, now);
  if (next === track && now - track.observedAt < observationStepMs) {
    return track;
  }
  return updateDisplayedFinish({ ...next, observedAt: now, updatedAt: backfill.updatedAt }, backfill);
}

function createTrack(backfill: Backfill, serverNow: number, sink: Sink | undefined): ProgressTrack {
  const rows = Number(backfill.rowsProcessed);
  const changedAt = Math.min(serverNow, backfill.updatedAt + timestampRoundingMs);
  const runningMs = changedAt - backfill.insertedAt;
  return {
    observedAt: serverNow,
    updatedAt: backfill.updatedAt,
    startedAt: Math.min(serverNow, backfill.updatedAt),
    pausedSince: isPaused(backfill, sink) ? changedAt : null,
    pausedMs: 0,
    longestIdleMs: 0,
    lastUpdate: createFirstUpdate(changedAt, rows),
    rereadRows: 0,
    restartCount: 0,
    pace: rows >= maxPageRows && runningMs > 0 ? createAveragePaceEstimate(rows, runningMs) : null,
    displayedFinish: null,
  };
}

/** Creates the counter update of a backfill whose earlier pages are unknown; null if no rows were processed. */
function createFirstUpdate(at: number, rows: number): ProgressUpdate | null {
  return rows > 0 ? { at, rows, pageRows: splitIntoPages(rows).lastRows } : null;
}

/**
 * Applies an interruption of the reader: restarts the idle time, and excludes the current page from the pace, because
 * Sequin discards the pages that it was reading.
 */
export function applyInterruption(track: ProgressTrack, serverNow: number): ProgressTrack {
  return track.pausedSince === null ? { ...track, startedAt: Math.max(track.startedAt, serverNow) } : track;
}

/** Applies a pause or a resume. */
function applyStateChange(
  track: ProgressTrack,
  backfill: Backfill,
  serverNow: number,
  sink: Sink | undefined,
): ProgressTrack {
  const isUpdated = backfill.updatedAt !== track.updatedAt;
  // A pause or a resume of the backfill changes `updated_at`. For a pause or a resume of the sink, the API reports no
  // time.
  const changedAt = isUpdated ? Math.min(serverNow, backfill.updatedAt) : serverNow;
  if (isPaused(backfill, sink)) {
    return track.pausedSince === null ? { ...track, pausedSince: changedAt } : track;
  }
  if (track.pausedSince !== null) {
    const pausedMs = track.pausedMs + Math.max(0, changedAt - track.pausedSince);
    return { ...track, pausedSince: null, pausedMs, startedAt: changedAt };
  }
  // Without new rows, an update means that the backfill was paused and resumed between two observations, or that the
  // table's rows were counted.
  const isRestarted = isUpdated && Number(backfill.rowsProcessed) === (track.lastUpdate?.rows ?? 0);
  return isRestarted ? { ...track, startedAt: Math.max(track.startedAt, changedAt) } : track;
}

/** Applies a counter update. `previous` is the track of the previous observation. */
function applyCounters(
  track: ProgressTrack,
  previous: ProgressTrack,
  backfill: Backfill,
  serverNow: number,
): ProgressTrack {
  const rows = Number(backfill.rowsProcessed);
  const { lastUpdate } = previous;
  const newRows = rows - (lastUpdate?.rows ?? 0);
  if (newRows === 0) {
    return track;
  }
  const latestAt = Math.min(serverNow, backfill.updatedAt + timestampRoundingMs);
  const at = Math.max((lastUpdate?.at ?? 0) + 1, latestAt);
  if (newRows < 0) {
    return { ...track, startedAt: at, lastUpdate: createFirstUpdate(at, rows), pace: null, rereadRows: 0 };
  }
  const idleMs = getIdleMs(previous, at);
  const isStall = idleMs > getStallThresholdMs(previous, backfill);
  const longestIdleMs = isStall ? track.longestIdleMs : Math.max(track.longestIdleMs, idleMs);
  return { ...track, longestIdleMs, ...addPages(track, lastUpdate, { at, rows, newRows }) };
}

/**
 * Adds new rows. Updates the pace only if all of the time since the previous update was spent on reading these rows.
 */
function addPages(
  { startedAt, rereadRows, restartCount, pace }: ProgressTrack,
  previous: ProgressUpdate | null,
  { at, rows, newRows }: { readonly at: number; readonly rows: number; readonly newRows: number },
): Partial<ProgressTrack> {
  const firstUpdate = { at, rows, pageRows: splitIntoPages(newRows).lastRows };
  if (previous === null) {
    return { lastUpdate: firstUpdate };
  }
  const isInterrupted = previous.at < startedAt;
  if (isRestart(newRows, previous.pageRows)) {
    return {
      lastUpdate: firstUpdate,
      rereadRows: rereadRows + previous.pageRows,
      restartCount: restartCount + (isInterrupted ? 0 : 1),
    };
  }
  if (isInterrupted) {
    // The time since the previous update includes a pause or an interruption.
    return { lastUpdate: firstUpdate };
  }
  const pages = splitIntoPages(newRows, previous.pageRows);
  const step = { fromRows: previous.rows, rows: newRows, durationMs: at - previous.at, pages };
  return {
    lastUpdate: { at, rows, pageRows: pages.lastRows },
    pace: pace === null ? createPaceEstimate(step) : updatePaceEstimate(pace, step),
  };
}

function isPaused(backfill: Backfill, sink: Sink | undefined): boolean {
  // A disabled sink doesn't count, because its backfills continue until replication restarts.
  return backfill.state === 'paused' || sink?.status === 'paused';
}

/** Replaces the displayed finish time if the prediction differs clearly, so that it doesn't change with every page. */
function updateDisplayedFinish(track: ProgressTrack, backfill: Backfill): ProgressTrack {
  const forecast = forecastFinish(track, backfill, track.observedAt);
  const displayedFinish =
    forecast?.isReliable !== true
      ? null
      : track.displayedFinish !== null && isNear(forecast, track.displayedFinish, track, backfill)
        ? track.displayedFinish
        : { at: forecast.at, factor: forecast.factor };
  return displayedFinish === track.displayedFinish ? track : { ...track, displayedFinish };
}

function isNear(
  forecast: FinishTime,
  displayed: FinishTime,
  { observedAt }: ProgressTrack,
  { insertedAt }: Backfill,
): boolean {
  const remainingMs = forecast.at - observedAt;
  const earlierMs = Math.max(
    Math.min(tolerance.totalFraction * (forecast.at - insertedAt), tolerance.timeLeftFraction * remainingMs),
    tolerance.boundFraction * (forecast.factor - 1) * remainingMs,
  );
  const laterMs = remainingMs < 60_000 ? earlierMs : Math.max(tolerance.laterMs, earlierMs);
  return (
    displayed.at - forecast.at <= earlierMs &&
    forecast.at - displayed.at <= laterMs &&
    Math.abs(Math.log(forecast.factor / displayed.factor)) <= tolerance.logFactor
  );
}
