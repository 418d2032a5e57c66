import { type Backfill, getFinishTime } from '../model/Backfill.ts';
import type { HistoryEvent } from '../model/history/history.ts';
import { getStatus } from '../servers/liveStatus.ts';
import type { Snapshot } from '../servers/Snapshot.ts';
import { describeHistoryEvent, describeOngoingStall, formatEventTime } from '../text/historyText.ts';
import { getStatusIcon } from '../text/icons.ts';
import { getStalledSince } from './ongoingStall.ts';
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

type Timeline = BackfillPage['timeline'];

/** Lists the observed events of a backfill, latest first; without observations, the times that the server reports. */
export function createPageTimeline(backfill: Backfill, snapshot: Snapshot, serverNow: number): Timeline {
  const { progressHistories, clockSkewMs } = snapshot;
  const times = { now: serverNow, clockSkewMs };
  const events = progressHistories.get(backfill.id)?.events ?? createReportedEvents(backfill);
  const stalledSince = getStalledSince(getStatus(snapshot, backfill, serverNow));
  const ongoing =
    stalledSince === undefined
      ? []
      : [{ icon: eventIcons.stalled, ...describeOngoingStall(stalledSince, times) }];
  return [
    ...ongoing,
    ...events.toReversed().map((event) => ({
      icon: event.kind === 'ended' ? getStatusIcon(event.state) : eventIcons[event.kind],
      text: describeHistoryEvent(event),
      time: formatEventTime(event, times),
    })),
  ];
}

function createReportedEvents(backfill: Backfill): HistoryEvent[] {
  const finishedAt = getFinishTime(backfill);
  return [
    { kind: 'created', at: backfill.insertedAt },
    ...(finishedAt === undefined ? [] : [{ kind: 'ended', state: backfill.state, at: finishedAt } as const]),
  ];
}
