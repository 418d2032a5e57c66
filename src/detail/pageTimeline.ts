import type { Backfill } from '../model/Backfill.ts';
import type { JournalEvent } from '../model/journal.ts';
import type { Snapshot } from '../monitor/Snapshot.ts';
import { eventText, eventTime } from '../text/timelineText.ts';
import { stateIcon } from './icons.ts';
import type { BackfillPage } from './protocol.ts';

const icons: Readonly<Record<Exclude<JournalEvent['kind'], 'ended'>, string>> = {
  created: 'add',
  counted: 'list-ordered',
  firstRows: 'arrow-right',
  paused: 'debug-pause',
  resumed: 'play',
  restarted: 'debug-restart',
  stalled: 'warning',
  unseen: 'eye-closed',
};

/** What was observed of a backfill, latest first; of one that was not watched, what the server tells of its times. */
export function pageTimeline(
  backfill: Backfill,
  { journals, skewMs }: Snapshot,
  serverNow: number,
): BackfillPage['timeline'] {
  const events = journals.get(backfill.id)?.events ?? toldEvents(backfill);
  return [...events].reverse().map((event) => ({
    icon: event.kind === 'ended' ? stateIcon(event.state) : icons[event.kind],
    text: eventText(event),
    time: eventTime(event, { now: serverNow, skewMs }),
  }));
}

function toldEvents({ state, insertedAt, completedAt, canceledAt }: Backfill): JournalEvent[] {
  const endedAt = completedAt ?? canceledAt;
  return [
    { kind: 'created', at: insertedAt },
    ...(endedAt === null ? [] : [{ kind: 'ended', state, at: endedAt } as const]),
  ];
}
