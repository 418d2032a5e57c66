import type { Backfill } from '../Backfill.ts';
import type { Sink } from '../Sink.ts';
import { predictEta } from './estimate.ts';
import { observationStepMs, getStallThresholdMs, getIdleMs } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';
import { appendUpdate } from './rate.ts';

/** `updated_at` is truncated to whole seconds; this is the average of the truncated part. */
const timestampRoundingMs = 500;

/**
 * The predicted finish time may differ from the displayed one by this share of the time left, or by this
 * time, before the displayed one changes.
 */
const etaToleranceShare = 1 / 8;
const minEtaToleranceMs = 20_000;

/**
 * Updates a track with an observation; returns the same object if there is nothing new.
 * @param serverNow the server's time of the observation, in milliseconds since the epoch
 * @param sink the backfill's sink in the same observation, if known
 */
export function trackProgress(
  track: ProgressTrack | undefined,
  backfill: Backfill,
  serverNow: number,
  sink?: Sink,
): ProgressTrack {
  // After the server's clock was set back, earlier times can't be compared.
  if (track === undefined || serverNow < track.observedAt - observationStepMs) {
    return updateDisplayedEta(createTrack(backfill, serverNow, sink), backfill);
  }
  const now = Math.max(serverNow, track.observedAt);
  const next = applyCounters(applyStateChange(track, backfill, now, sink), track, backfill, now);
  if (next === track && now - track.observedAt < observationStepMs) {
    return track;
  }
  return updateDisplayedEta({ ...next, observedAt: now, updatedAt: backfill.updatedAt }, backfill);
}

function createTrack(backfill: Backfill, serverNow: number, sink: Sink | undefined): ProgressTrack {
  const rows = Number(backfill.rowsProcessed);
  const changedAt = Math.min(serverNow, backfill.updatedAt + timestampRoundingMs);
  return {
    observedAt: serverNow,
    updatedAt: backfill.updatedAt,
    startedAt: Math.min(serverNow, backfill.updatedAt),
    pausedSince: isPaused(backfill, sink) ? changedAt : null,
    pausedMs: 0,
    longestIdleMs: 0,
    rowsBeforeObservation: rows,
    updates: rows > 0 ? [{ at: changedAt, rows, startsSegment: true }] : [],
    displayedEta: null,
    sinkConfigHash: sink === undefined ? null : hashSinkConfig(sink),
  };
}

/** Applies a pause, a resume or an edit of the sink. */
function applyStateChange(
  track: ProgressTrack,
  backfill: Backfill,
  serverNow: number,
  sink: Sink | undefined,
): ProgressTrack {
  const sinkConfigHash = sink === undefined ? track.sinkConfigHash : hashSinkConfig(sink);
  const isSinkEdited = track.sinkConfigHash !== null && track.sinkConfigHash !== sinkConfigHash;
  const isUpdated = backfill.updatedAt !== track.updatedAt;
  // A pause and a resume change `updated_at`; for a change of the sink, the API reports no time.
  const changedAt = isUpdated ? Math.min(serverNow, backfill.updatedAt) : serverNow;
  if (isPaused(backfill, sink)) {
    return track.pausedSince === null || isSinkEdited
      ? { ...track, pausedSince: track.pausedSince ?? changedAt, sinkConfigHash }
      : track;
  }
  if (track.pausedSince !== null) {
    const pausedMs = track.pausedMs + Math.max(0, changedAt - track.pausedSince);
    return { ...track, pausedSince: null, pausedMs, startedAt: changedAt, sinkConfigHash };
  }
  // Updated without progress: paused and resumed between two observations.
  if (isSinkEdited || (isUpdated && Number(backfill.rowsProcessed) === (track.updates.at(-1)?.rows ?? 0))) {
    return { ...track, startedAt: changedAt, sinkConfigHash };
  }
  return sinkConfigHash === track.sinkConfigHash ? track : { ...track, sinkConfigHash };
}

/** Applies a counter update. `previous` is the track of the previous observation. */
function applyCounters(
  track: ProgressTrack,
  previous: ProgressTrack,
  backfill: Backfill,
  serverNow: number,
): ProgressTrack {
  const rows = Number(backfill.rowsProcessed);
  const lastUpdate = previous.updates.at(-1);
  if (rows === (lastUpdate?.rows ?? 0)) {
    return track;
  }
  const countedAt = Math.max(
    (lastUpdate?.at ?? 0) + 1,
    Math.min(serverNow, backfill.updatedAt + timestampRoundingMs),
  );
  if (lastUpdate === undefined || rows < lastUpdate.rows) {
    return { ...track, updates: [{ at: countedAt, rows, startsSegment: true }] };
  }
  const startsSegment = lastUpdate.at < track.startedAt;
  const idleMs = getIdleMs(previous, countedAt);
  return {
    ...track,
    updates: appendUpdate(
      track.updates,
      startsSegment ? { at: countedAt, rows, startsSegment: true } : { at: countedAt, rows },
    ),
    longestIdleMs:
      idleMs > track.longestIdleMs && idleMs <= getStallThresholdMs(previous, backfill)
        ? idleMs
        : track.longestIdleMs,
  };
}

function isPaused(backfill: Backfill, sink: Sink | undefined): boolean {
  // A disabled sink continues until replication restarts.
  return backfill.state === 'paused' || sink?.status === 'paused';
}

/**
 * Replaces the displayed finish time only if the prediction differs clearly, so that it doesn't change with
 * every page.
 */
function updateDisplayedEta(track: ProgressTrack, backfill: Backfill): ProgressTrack {
  const eta = predictEta(track, backfill, track.observedAt);
  const toleranceMs =
    eta === undefined ? 0 : Math.max(minEtaToleranceMs, etaToleranceShare * (eta.at - track.observedAt));
  const isWithinTolerance =
    eta !== undefined && track.displayedEta !== null && Math.abs(eta.at - track.displayedEta) <= toleranceMs;
  const displayedEta = isWithinTolerance ? track.displayedEta : eta?.isReliable === true ? eta.at : null;
  return displayedEta === track.displayedEta ? track : { ...track, displayedEta };
}

/** Hashes the parts of a sink that an edit can change, without its health (32-bit FNV-1a). */
function hashSinkConfig({ name, status, database, destination, source }: Sink): number {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify([name, status, database, destination, source])) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash;
}
