import type { Backfill } from '../Backfill.ts';
import type { Sink } from '../Sink.ts';
import { predictEta } from './estimate.ts';
import { observationStepMs, getStallThresholdMs, getIdleMs } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';
import { appendUpdate } from './rate.ts';

/** `updated_at` is cut to whole seconds: on average, so much was cut off. */
const timestampRoundingMs = 500;

/** What is shown of the end may be off by so much of what remains, or by so many milliseconds, before it moves. */
const etaToleranceShare = 1 / 8;
const minEtaToleranceMs = 20_000;

/**
 * What is known after one more look; the same object if it tells nothing new.
 * @param serverNow the server's time of the look, in milliseconds since the epoch
 * @param sink the backfill's sink as of the same look, where it is known
 */
export function trackProgress(
  track: ProgressTrack | undefined,
  backfill: Backfill,
  serverNow: number,
  sink?: Sink,
): ProgressTrack {
  // A server's clock that was set back leaves nothing to compare with.
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

/** Notices that it began to rest or to run again, or that its sink was edited. */
function applyStateChange(
  track: ProgressTrack,
  backfill: Backfill,
  serverNow: number,
  sink: Sink | undefined,
): ProgressTrack {
  const sinkConfigHash = sink === undefined ? track.sinkConfigHash : hashSinkConfig(sink);
  const isSinkEdited = track.sinkConfigHash !== null && track.sinkConfigHash !== sinkConfigHash;
  const isUpdated = backfill.updatedAt !== track.updatedAt;
  // A pause and a resume move `updated_at`; of what is done to a sink, the API tells no time.
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
  // Touched without a row: paused and resumed while nobody looked.
  if (isSinkEdited || (isUpdated && Number(backfill.rowsProcessed) === (track.updates.at(-1)?.rows ?? 0))) {
    return { ...track, startedAt: changedAt, sinkConfigHash };
  }
  return sinkConfigHash === track.sinkConfigHash ? track : { ...track, sinkConfigHash };
}

/** Notices that the counters were written. `before` is the track as of the last look. */
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
  return backfill.state === 'paused' || sink?.status === 'paused' || sink?.status === 'disabled';
}

/** Lets go of the shown end only for one that is clearly another, so that it does not move with every page. */
function updateDisplayedEta(track: ProgressTrack, backfill: Backfill): ProgressTrack {
  const eta = predictEta(track, backfill, track.observedAt);
  const toleranceMs =
    eta === undefined ? 0 : Math.max(minEtaToleranceMs, etaToleranceShare * (eta.at - track.observedAt));
  const isWithinTolerance =
    eta !== undefined && track.displayedEta !== null && Math.abs(eta.at - track.displayedEta) <= toleranceMs;
  const displayedEta = isWithinTolerance ? track.displayedEta : eta?.isReliable === true ? eta.at : null;
  return displayedEta === track.displayedEta ? track : { ...track, displayedEta };
}

/** A number for all of a sink that is edited, not for its health (32-bit FNV-1a). */
function hashSinkConfig({ name, status, database, destination, source }: Sink): number {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify([name, status, database, destination, source])) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash;
}
