import * as l10n from '@vscode/l10n';
import { type Backfill, getFractionDone, isUnfinished } from '../model/Backfill.ts';
import { getQueuePosition } from '../model/queue/BackfillQueue.ts';
import { getLiveStatus, type LiveStatus } from '../servers/liveStatus.ts';
import { neverLoaded } from '../servers/LoadState.ts';
import { listBackfillsInOrder } from '../servers/Snapshot.ts';
import { describeBackfill, formatStatus, formatTableName } from '../text/backfillText.ts';
import { describeFailure } from '../text/failureText.ts';
import { formatCount, formatRelativeTime } from '../text/format.ts';
import { getStatusIcon, queuedIcon } from '../text/icons.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { describeQueuePosition } from '../text/queueText.ts';
import type { ServerView } from './pageParts.ts';
import { formatAmounts, type ListCounts, maxRowsShown } from './pageRuns.ts';
import type { PageBackfillTable } from './protocol.ts';

/** Lists the backfills of a sink, in the order of {@link listBackfillsInOrder}. */
export function createSinkBackfills(
  sinkId: string,
  server: ServerView,
  showsAll: boolean,
): PageBackfillTable {
  const backfills = listBackfillsInOrder(server.snapshot, sinkId);
  const shown = backfills.slice(0, showsAll ? maxRowsShown.all : maxRowsShown.initial);
  return {
    summary: null,
    columns: [
      l10n.t('Table'),
      l10n.t('State'),
      l10n.t('Started'),
      l10n.t('Rows'),
      l10n.t('Duration'),
      l10n.t('Average rate'),
    ],
    rows: shown.map((backfill) => createRow(backfill, server)),
    note: formatNote(sinkId, server, { shown: shown.length, loaded: backfills.length }),
    showAll: shown.length < backfills.length && !showsAll ? l10n.t('Show All') : null,
  };
}

function createRow(
  backfill: Backfill,
  { snapshot, serverNow }: ServerView,
): PageBackfillTable['rows'][number] {
  const live = getLiveStatus(snapshot, backfill, serverNow);
  const position = getQueuePosition(snapshot.queue, backfill);
  return {
    backfillId: backfill.id,
    state: live.status,
    icon: position === undefined ? getStatusIcon(live.status) : queuedIcon,
    isCurrent: false,
    fraction: isUnfinished(backfill) ? (getFractionDone(backfill) ?? null) : null,
    cells: [
      formatTableName(backfill),
      position === undefined ? formatState(backfill, live, serverNow) : describeQueuePosition(position),
      formatRelativeTime(backfill.insertedAt, serverNow),
      ...formatAmounts(backfill, live, snapshot),
    ],
  };
}

/** `Running · 47% · 4 min left`, `Cancelled · at 37%`. A completed backfill has its figures in the other columns. */
function formatState(backfill: Backfill, live: LiveStatus, now: number): string {
  return backfill.state === 'completed'
    ? formatStatus(live.status, backfill)
    : describeBackfill(backfill, now, { live, withState: true, hasTimeLabel: true });
}

function formatNote(
  sinkId: string,
  { connection, snapshot, serverNow }: ServerView,
  { shown, loaded }: ListCounts,
): string | null {
  const load = snapshot.backfillListLoads.get(sinkId) ?? neverLoaded;
  if (load.failure !== undefined) {
    return describeFailure(load.failure, connection.name).sentence;
  }
  if (load.loadedAt === undefined) {
    return l10n.t('Loading backfills…');
  }
  const older = load.older ?? 0;
  const notes = [
    loaded === 0 ? l10n.t('No backfills yet.') : '',
    shown < loaded + older
      ? l10n.t('Showing {0} of {1} backfills.', formatCount(shown), formatCount(loaded + older))
      : '',
    describeStaleness({ load, connectionName: connection.name, now: serverNow - snapshot.clockSkewMs }),
  ];
  return notes.filter(Boolean).join(' ') || null;
}
