import type { Backfill } from '../model/Backfill.ts';
import { getRefKey } from '../model/BackfillRef.ts';
import { detectDeliveryWarning } from '../model/progress/stall.ts';
import { findAlerts } from '../servers/alerts.ts';
import { findStall } from '../servers/liveStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { Snapshot, SnapshotChange } from '../servers/Snapshot.ts';
import type { BackfillEvent } from '../text/notificationText.ts';

/** A stall is told once it has lasted: the user may be at it, and a page under way may land yet. */
const stallConfirmationMs = 30_000;

type ServerView = Pick<ServerMonitor, 'snapshot' | 'serverNow'>;

/** What happened by one change: what ended, and what is stalled now. */
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
 * What tells a happening from every other one, the same in each window. While a backfill is stalled nothing
 * changes it: its last change names this stall, and by the server's clock, so that no two windows round a
 * moment of their own differently.
 */
export function getEventKey(
  address: string,
  { kind, backfill }: Pick<BackfillEvent, 'kind' | 'backfill'>,
): string {
  const stallId = kind === 'stalled' ? backfill.updatedAt : null;
  const ref = getRefKey({ address, sinkId: backfill.sinkId, backfillId: backfill.id });
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
        // A state of a later version: what it means is not known.
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

/** Whether silence can be told from not having asked: after a sleep, or a failure, what is known is old. */
function isFresh({ sinksLoad }: Snapshot): boolean {
  return !sinksLoad.loading && sinksLoad.failure === undefined && sinksLoad.fromCache !== true;
}
