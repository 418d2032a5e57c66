import type { Backfill } from '../model/Backfill.ts';
import { getRefKey } from '../model/BackfillRef.ts';
import { findAlerts, mergeSharedStalls } from '../servers/alerts.ts';
import { getStatus } from '../servers/liveStatus.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import type { BackfillEnd } from '../servers/Snapshot.ts';
import type { BackfillEvent } from '../text/notificationText.ts';

export type StallEvent = Extract<BackfillEvent, { readonly kind: 'stalled' }>;

/**
 * Converts the end of a backfill to an event with its sink as last observed; undefined if the state of the backfill is
 * one that a newer server added.
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
 * Finds the backfills that are stalled now, those of a stalled database once. Returns undefined while a request is
 * pending, after a failure, and for data of an earlier session: missing progress doesn't imply a stall then.
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
 * The unique key of a stall, equal in all windows. The stall of a database has the same key for any of its backfills.
 */
export function getStallKey(connectionId: string, event: StallEvent): string {
  const { cause } = event.stall;
  return cause.kind === 'databaseStalled'
    ? JSON.stringify([connectionId, cause.kind, cause.database])
    : getEventKey(connectionId, event.kind, event.backfill);
}

/** The unique key of pausing or disabling a sink, equal in all windows. */
export function getSinkStopKey(connectionId: string, sinkId: string): string {
  return JSON.stringify([getRefKey({ connectionId, sinkId }), 'sinkStop']);
}

/**
 * The unique key of an event, equal in all windows. `queueEnd`: the end of a queue has reported the completed backfill.
 * The null has no meaning: it keeps the keys equal to those that version 0.1.0 used for lock files.
 */
export function getEventKey(
  connectionId: string,
  kind: BackfillEvent['kind'] | 'queueEnd',
  { id, sinkId }: Pick<Backfill, 'id' | 'sinkId'>,
): string {
  return JSON.stringify([getRefKey({ connectionId, sinkId, backfillId: id }), kind, null]);
}
