import type { Backfill } from '../model/Backfill.ts';
import { type DerivedStatus, deriveStatus, type LiveStatus } from '../model/progress/backfillStatus.ts';
import { findDatabaseStalls, mayWaitForDatabase } from '../model/progress/databaseStall.ts';
import { estimateProgress } from '../model/progress/estimate.ts';
import type { Stall } from '../model/progress/stall.ts';
import { getQueueProgress, type QueueProgress } from '../model/queue/queueProgress.ts';
import { cachePerSecond } from './cachePerSecond.ts';
import { findBackfill, getAllBackfills, isStale, type Snapshot } from './Snapshot.ts';

/**
 * How long the time left counts down without a new observation, in milliseconds. The progress of visible backfills is
 * usually observed more often.
 */
const maxCountdownMs = 30_000;

/**
 * Derives the status and the estimate of a backfill at a time of the server's clock, in milliseconds since the epoch.
 */
export function getLiveStatus(snapshot: Snapshot, backfill: Backfill, serverNow: number): LiveStatus {
  const derived = getStatus(snapshot, backfill, serverNow);
  const track = snapshot.progressTracks.get(backfill.id);
  const observedAt = track?.observedAt ?? serverNow;
  const isDataStale = isStale(snapshot, backfill, serverNow - snapshot.clockSkewMs);
  return {
    ...derived,
    estimate:
      track === undefined || isDataStale || derived.status === 'stalled'
        ? undefined
        : estimateProgress(track, backfill, Math.min(serverNow, observedAt + maxCountdownMs)),
    knownUntil: isDataStale ? Math.min(serverNow, observedAt) : serverNow,
  };
}

/** Derives the status of a backfill at a time of the server's clock, in milliseconds since the epoch. */
export function getStatus(snapshot: Snapshot, backfill: Backfill, serverNow: number): DerivedStatus {
  const status = getIndividualStatus(snapshot, backfill, serverNow);
  const track = snapshot.progressTracks.get(backfill.id);
  if (backfill.state !== 'active' || mayWaitForDatabase({ track, status }, serverNow) !== true) {
    return status;
  }
  const stall = getDatabaseStalls(snapshot, serverNow).get(backfill.id);
  return stall === undefined ? status : { ...status, status: 'stalled', stall };
}

/** Returns the backfills that are stalled at a time of the server's clock, in milliseconds since the epoch. */
export function filterStalled(
  snapshot: Snapshot,
  backfills: readonly Backfill[],
  serverNow: number,
): Backfill[] {
  return backfills.filter((backfill) => getStatus(snapshot, backfill, serverNow).status === 'stalled');
}

/**
 * Derives the status from the backfill and its sink alone. Doesn't detect a stall that all running backfills of the
 * database share.
 */
function getIndividualStatus(snapshot: Snapshot, backfill: Backfill, serverNow: number): DerivedStatus {
  const { sinks, progressTracks, progressHistories, deliveryFailures } = snapshot;
  return deriveStatus(
    {
      backfill,
      sink: sinks.get(backfill.sinkId),
      track: progressTracks.get(backfill.id),
      history: progressHistories.get(backfill.id),
      deliveryFailures: deliveryFailures.get(backfill.sinkId) ?? [],
    },
    serverNow,
  );
}

/** The stalls that all running backfills of a database share, by backfill id. */
const getDatabaseStalls = cachePerSecond((snapshot, serverNow): ReadonlyMap<string, Stall> => {
  const backfills = getAllBackfills(snapshot).map((backfill) => ({
    database: snapshot.sinks.get(backfill.sinkId)?.database,
    backfill,
    track: snapshot.progressTracks.get(backfill.id),
    status: backfill.state === 'active' ? getIndividualStatus(snapshot, backfill, serverNow) : undefined,
  }));
  return findDatabaseStalls(backfills, serverNow);
});

/**
 * Computes the progress of the queue at a time of the server's clock, in milliseconds since the epoch. Returns
 * undefined if there is no queue.
 */
export function getQueueStatus(snapshot: Snapshot, serverNow: number): QueueProgress | undefined {
  return (
    snapshot.queue &&
    getQueueProgress(snapshot.queue, ({ sinkId, backfillId }) => {
      const backfill = findBackfill(snapshot, sinkId, backfillId);
      return (
        backfill && {
          backfill,
          rowsPerSecond: getLiveStatus(snapshot, backfill, serverNow).estimate?.averageRowsPerSecond,
        }
      );
    })
  );
}
