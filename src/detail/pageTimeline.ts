import { type Backfill, getFinishTime } from '../model/Backfill.ts';
import type { HistoryEvent } from '../model/history/history.ts';
import type { DerivedStatus } from '../model/progress/backfillStatus.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import { describeHistoryEvent, describeOngoingStall, formatEventTime } from '../text/historyText.ts';
import { getStatusIcon } from '../text/icons.ts';
import type { BackfillPage } from './protocol.ts';

const eventIcons: Readonly<Record<Exclude<HistoryEvent['kind'], 'finished'>, string>> = {
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

/**
 * Lists the events of a backfill, latest first: the observed events or, if the backfill wasn't monitored, its start and
 * end as the server reports them.
 */
export function createPageTimeline(
  backfill: Backfill,
  status: DerivedStatus,
  { snapshot, serverNow }: ServerView,
): Timeline {
  const { progressHistories, clockSkewMs } = snapshot;
  const times = { now: serverNow, clockSkewMs };
  const events = progressHistories.get(backfill.id)?.events ?? createReportedEvents(backfill);
  const stalledSince = getStalledSince(status);
  return [
    ...(stalledSince === undefined
      ? []
      : [{ icon: eventIcons.stalled, ...describeOngoingStall(stalledSince, times) }]),
    ...events.toReversed().map((event) => ({
      icon: event.kind === 'finished' ? getStatusIcon(event.state) : eventIcons[event.kind],
      text: describeHistoryEvent(event),
      time: formatEventTime(event, times),
    })),
  ];
}

/**
 * Returns the start of a backfill's current stall, in server time (milliseconds since the epoch). Undefined if the
 * backfill isn't stalled, or if its history already records the cause: a pause of the sink, or earlier stalls.
 */
export function getStalledSince({ status, stall }: DerivedStatus): number | undefined {
  const isRecorded = stall?.cause.kind === 'sinkPaused' || stall?.cause.kind === 'recurring';
  return status === 'stalled' && !isRecorded ? stall?.idleSince : undefined;
}

function createReportedEvents(backfill: Backfill): HistoryEvent[] {
  const finishedAt = getFinishTime(backfill);
  return [
    { kind: 'created', at: backfill.insertedAt },
    ...(finishedAt === undefined
      ? []
      : [{ kind: 'finished', state: backfill.state, at: finishedAt } as const]),
  ];
}
