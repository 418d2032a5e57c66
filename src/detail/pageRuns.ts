import * as l10n from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import { compareRuns, listRunsOfSameTable } from '../model/history/comparison.ts';
import { computeOutcome } from '../model/progress/estimate.ts';
import { getRunningMs } from '../model/progress/ProgressTrack.ts';
import { getLiveStatus, type LiveStatus } from '../servers/liveStatus.ts';
import type { LoadState } from '../servers/LoadState.ts';
import { getBackfillsOfSink, type Snapshot } from '../servers/Snapshot.ts';
import { formatStatus } from '../text/backfillText.ts';
import { formatRowsPerSecond } from '../text/estimateText.ts';
import { describeFailure } from '../text/failureText.ts';
import { formatCount, formatDuration, formatRelativeTime } from '../text/format.ts';
import { describeComparison } from '../text/historyText.ts';
import { getStatusIcon } from '../text/icons.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import type { ServerView } from './pageParts.ts';
import type { PageBackfillTable } from './protocol.ts';

/** The maximum number of backfills that a page lists: initially, and after **Show All**. */
export const maxRowsShown = { initial: 20, all: 500 } as const;

/** Lists the runs of the same table into the same sink, newest first, and compares this run with previous ones. */
export function createPageRuns(
  backfill: Backfill,
  { connection, snapshot, serverNow }: ServerView,
  showsAll: boolean,
): PageBackfillTable {
  const runs = listRunsOfSameTable(getBackfillsOfSink(snapshot, backfill.sinkId), backfill);
  const { estimate } = getLiveStatus(snapshot, backfill, serverNow);
  const comparison = compareRuns(backfill, runs, estimate, snapshot.progressHistories);
  const shownRuns = runs.slice(0, showsAll ? maxRowsShown.all : maxRowsShown.initial);
  const load = snapshot.backfillListLoads.get(backfill.sinkId);
  return {
    summary: comparison === undefined ? null : describeComparison(comparison),
    columns: [l10n.t('Started'), l10n.t('State'), l10n.t('Rows'), l10n.t('Duration'), l10n.t('Average rate')],
    rows: shownRuns.map((run) => createRow(run, run.id === backfill.id, snapshot, serverNow)),
    note: formatNote(
      load,
      { shown: shownRuns.length, loaded: runs.length },
      connection.name,
      serverNow - snapshot.clockSkewMs,
    ),
    showAll: shownRuns.length < runs.length && !showsAll ? l10n.t('Show All') : null,
  };
}

function createRow(
  run: Backfill,
  isCurrent: boolean,
  snapshot: Snapshot,
  serverNow: number,
): PageBackfillTable['rows'][number] {
  const live = getLiveStatus(snapshot, run, serverNow);
  return {
    backfillId: run.id,
    state: live.status,
    icon: getStatusIcon(live.status),
    isCurrent,
    fraction: null,
    cells: [
      formatRelativeTime(run.insertedAt, serverNow),
      formatStatus(live.status, run),
      ...formatAmounts(run, live, snapshot),
    ],
  };
}

/** Formats the rows of a backfill, its duration and its average rate. */
export function formatAmounts(
  backfill: Backfill,
  { estimate, knownUntil }: LiveStatus,
  { progressTracks }: Snapshot,
): [rows: string, duration: string, rate: string] {
  const outcome = computeOutcome(backfill);
  const runningMs = getRunningMs(backfill, progressTracks.get(backfill.id), knownUntil);
  const rate = outcome?.averageRowsPerSecond ?? estimate?.averageRowsPerSecond;
  return [
    formatCount(backfill.rowsProcessed),
    formatDuration(outcome?.durationMs ?? runningMs),
    formatRowsPerSecond(rate) ?? '–',
  ];
}

/** The number of backfills on the page, and in the snapshot. */
export interface ListCounts {
  readonly shown: number;
  readonly loaded: number;
}

/** Formats the note below the runs. `now` is the local time in milliseconds since the epoch. */
function formatNote(
  load: LoadState | undefined,
  counts: ListCounts,
  connectionName: string,
  now: number,
): string | null {
  if (load?.failure !== undefined) {
    return describeFailure(load.failure, connectionName).sentence;
  }
  if (load?.loadedAt === undefined) {
    return l10n.t('Loading previous runs…');
  }
  const notes = [formatCountNote(load, counts), describeStaleness({ load, connectionName, now })];
  return notes.filter(Boolean).join(' ') || null;
}

function formatCountNote({ older = 0 }: LoadState, { shown, loaded }: ListCounts): string {
  if (shown < loaded) {
    return older > 0
      ? l10n.t('Showing the newest {0} runs.', formatCount(shown))
      : l10n.t('Showing {0} of {1} runs.', formatCount(shown), formatCount(loaded));
  }
  if (older > 0) {
    return l10n.t('Older runs are not loaded. Export the backfill history of the sink to see all of them.');
  }
  return loaded === 1 ? l10n.t('First run of this table.') : '';
}
