import type { Backfill } from '../model/Backfill.ts';
import type { HistoryEvent } from '../model/history/history.ts';
import type { Snapshot } from '../servers/Snapshot.ts';
import { describeHistoryEvent, formatEventTime } from '../text/historyText.ts';
import { getStatusIcon } from '../text/icons.ts';
import type { BackfillPage } from './protocol.ts';

const eventIcons: Readonly<Record<Exclude<HistoryEvent['kind'], 'ended'>, string>> = {
  created: 'add',
  counted: 'list-ordered',
  firstRows: 'arrow-right',
  paused: 'debug-pause',
  resumed: 'play',
  restarted: 'debug-restart',
  stalled: 'warning',
  unobserved: 'eye-closed',
};

/** Lists the observed events of a backfill, latest first; without observations, the times that the server reports. */
export function createPageTimeline(
  backfill: Backfill,
  { progressHistories, clockSkewMs }: Snapshot,
  serverNow: number,
): BackfillPage['timeline'] {
  const events = progressHistories.get(backfill.id)?.events ?? createReportedEvents(backfill);
  return [...events].reverse().map((event) => ({
    icon: event.kind === 'ended' ? getStatusIcon(event.state) : eventIcons[event.kind],
    text: describeHistoryEvent(event),
    time: formatEventTime(event, { now: serverNow, clockSkewMs }),
  }));
}

function createReportedEvents({ state, insertedAt, completedAt, canceledAt }: Backfill): HistoryEvent[] {
  const finishedAt = completedAt ?? canceledAt;
  return [
    { kind: 'created', at: insertedAt },
    ...(finishedAt === null ? [] : [{ kind: 'ended', state, at: finishedAt } as const]),
  ];
}
