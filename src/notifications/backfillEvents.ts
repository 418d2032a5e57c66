import type { Backfill } from '../model/Backfill.ts';
import { getRefKey } from '../model/BackfillRef.ts';
import { detectDeliveryWarning } from '../model/progress/stall.ts';
import { findAlerts } from '../servers/alerts.ts';
import { findStall } from '../servers/liveStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { Snapshot, SnapshotChange } from '../servers/Snapshot.ts';
import type { BackfillEvent } from '../text/notificationText.ts';

/** The grace period before a stall is reported: the user may be fixing it, and a slow page of rows may still complete. */
const stallConfirmationMs = 30_000;

/** The properties that identify a {@link BackfillEvent}. */
export interface BackfillEventId {
  readonly kind: BackfillEvent['kind'];
  readonly backfill: Pick<Backfill, 'id' | 'sinkId' | 'updatedAt'>;
}

type ServerView = Pick<ServerMonitor, 'snapshot' | 'serverNow'>;

/** Finds the backfills that finished in a change of the snapshot, and those that are stalled now. */
export function findBackfillEvents(
  monitor: ServerView,
  { finishedBackfills }: SnapshotChange,
): BackfillEvent[] {
  return [
    ...findFinishedEvents(monitor, finishedBackfills),
    ...(isFresh(monitor.snapshot) ? findStallEvents(monitor) : []),
  ];
}

/**
 * The unique key of an event, equal in all windows. `updatedAt` identifies a stall, since a backfill doesn't change
 * while it is stalled. It is the server's timestamp, so all windows use the same value.
 */
export function getEventKey(connectionId: string, { kind, backfill }: BackfillEventId): string {
  const stallId = kind === 'stalled' ? backfill.updatedAt : null;
  const ref = getRefKey({ connectionId, sinkId: backfill.sinkId, backfillId: backfill.id });
  return JSON.stringify([ref, kind, stallId]);
}

function findFinishedEvents(
  { snapshot, serverNow }: ServerView,
  finishedBackfills: readonly Backfill[],
): BackfillEvent[] {
  return finishedBackfills.flatMap((backfill): BackfillEvent[] => {
    const { state } = backfill;
    const sink = snapshot.sinks.get(backfill.sinkId);
    switch (state) {
      case 'completed': {
        const failingChecks =
          sink === undefined ? 0 : (detectDeliveryWarning(backfill, sink)?.failingCheckCount ?? 0);
        return [{ kind: state, backfill, sink, failingChecks }];
      }
      case 'cancelled':
        return [{ kind: state, backfill, sink }];
      case 'failed':
        return [{ kind: state, backfill, sink, stall: findStall(snapshot, backfill, serverNow) }];
      default:
        // An unknown state, from a later version of Sequin.
        return [];
    }
  });
}

function findStallEvents({ snapshot, serverNow }: ServerView): BackfillEvent[] {
  const stalled = findAlerts(snapshot, serverNow, Number.POSITIVE_INFINITY).stalled.filter(
    ({ backfill, stall }) => {
      const pausedSince = snapshot.progressTracks.get(backfill.id)?.pausedSince ?? 0;
      return serverNow - Math.max(stall.idleSince, backfill.updatedAt, pausedSince) >= stallConfirmationMs;
    },
  );
  return stalled.map(({ backfill, stall }) => ({
    kind: 'stalled',
    backfill,
    sink: snapshot.sinks.get(backfill.sinkId),
    stall,
  }));
}

/** Whether the snapshot is current. In stale data, after sleep or a failure, missing progress doesn't imply a stall. */
function isFresh({ sinksLoad }: Snapshot): boolean {
  return !sinksLoad.loading && sinksLoad.failure === undefined && sinksLoad.fromCache !== true;
}
