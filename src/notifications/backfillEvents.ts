import type { Backfill } from '../model/Backfill.ts';
import { getRefKey } from '../model/BackfillRef.ts';
import { findAlerts, mergeSharedStalls } from '../servers/alerts.ts';
import { getStatus } from '../servers/liveStatus.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import type { BackfillEnd } from '../servers/Snapshot.ts';
import type { BackfillEvent } from '../text/notificationText.ts';

export type StallEvent = Extract<BackfillEvent, { readonly kind: 'stalled' }>;

/**
 * Converts the end of a backfill to an event that includes the sink as last observed. Returns undefined if this version
 * of the extension doesn't know the state of the backfill.
 */
export function toEndEvent(
  { snapshot, serverNow }: ServerView,
  { kind, backfill, sink: lastSink }: BackfillEnd,
): BackfillEvent | undefined {
  const sink = snapshot.sinks.get(backfill.sinkId) ?? lastSink;
  if (kind === 'deleted') {
    return { kind, backfill, sink };
  }
  const { stall, deliveryWarning } = getStatus(snapshot, backfill, serverNow);
  switch (backfill.state) {
    case 'completed':
      return { kind: 'completed', backfill, sink, deliveryWarning };
    case 'cancelled':
      return { kind: 'cancelled', backfill, sink };
    case 'failed':
      return { kind: 'failed', backfill, sink, stall };
    default:
      return undefined;
  }
}

/**
 * Finds the current stalls, with a single event for all backfills of a stalled database. Returns undefined while the
 * sinks are loading, after they failed to load, and for data of an earlier session: in these cases, missing progress
 * doesn't imply a stall.
 */
export function findStallEvents({ snapshot, serverNow }: ServerView): StallEvent[] | undefined {
  const { loading, failure, fromCache } = snapshot.sinksLoad;
  return loading || failure !== undefined || fromCache === true
    ? undefined
    : mergeSharedStalls(findAlerts(snapshot, serverNow, Number.POSITIVE_INFINITY).stalled).map(
        ({ backfill, stall }) => ({
          kind: 'stalled',
          backfill,
          sink: snapshot.sinks.get(backfill.sinkId),
          stall,
          isRepeated: false,
        }),
      );
}

/**
 * Returns a unique key for a stall, the same in all windows. The stall of a database has one key for all its backfills.
 */
export function getStallKey(connectionId: string, event: StallEvent): string {
  const { cause } = event.stall;
  return cause.kind === 'databaseStalled'
    ? JSON.stringify([connectionId, cause.kind, cause.database])
    : getEventKey(connectionId, event.kind, event.backfill);
}

/** Returns a unique key for pausing or disabling a sink, the same in all windows. */
export function getSinkStopKey(connectionId: string, sinkId: string): string {
  return JSON.stringify([getRefKey({ connectionId, sinkId }), 'sinkStop']);
}

/**
 * Returns a unique key for an event, the same in all windows. `queueEnd` stands for a completed backfill that the
 * notification about the end of its queue covers. The null keeps the keys compatible with the lock files of version
 * 0.1.0.
 */
export function getEventKey(
  connectionId: string,
  kind: BackfillEvent['kind'] | 'queueEnd',
  { id, sinkId }: Pick<Backfill, 'id' | 'sinkId'>,
): string {
  return JSON.stringify([getRefKey({ connectionId, sinkId, backfillId: id }), kind, null]);
}
