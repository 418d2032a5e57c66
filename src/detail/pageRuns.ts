import { t } from '@vscode/l10n';
import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import { compareRuns, listRunsOfSameTable } from '../model/history/comparison.ts';
import { computeOutcome } from '../model/progress/estimate.ts';
import { getLiveStatus, getStatus } from '../servers/liveStatus.ts';
import { getBackfillsOfSink, type LoadState } from '../servers/Snapshot.ts';
import { formatStatus } from '../text/backfillText.ts';
import { formatRowsPerSecond } from '../text/estimateText.ts';
import { describeFailure } from '../text/failureText.ts';
import { formatCount, formatDuration, formatRelativeTime } from '../text/format.ts';
import { describeComparison } from '../text/historyText.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import type { ServerView } from './backfillPage.ts';
import type { BackfillPage } from './protocol.ts';

type PageRuns = BackfillPage['runs'];

/** The maximum number of runs on the page; the tree lists all of them. */
const maxRunsShown = 20;

/** Lists the runs of the same table into the same sink, newest first, and compares this run with previous ones. */
export function createPageRuns(
  backfill: Backfill,
  { connection, snapshot, serverNow }: ServerView,
): PageRuns {
  const runs = listRunsOfSameTable(getBackfillsOfSink(snapshot, backfill.sinkId), backfill);
  const { estimate } = getLiveStatus(snapshot, backfill, serverNow);
  const comparison = compareRuns(backfill, runs, estimate, snapshot.progressHistories);
  return {
    summary: comparison === undefined ? null : describeComparison(comparison, isUnfinished(backfill)),
    columns: [t('Started'), t('State'), t('Rows'), t('Duration'), t('Average rate')],
    rows: runs.slice(0, maxRunsShown).map((run) => {
      const { status } = getStatus(snapshot, run, serverNow);
      return {
        backfillId: run.id,
        state: status,
        isCurrent: run.id === backfill.id,
        cells: formatCells(run, formatStatus(status, run), serverNow),
      };
    }),
    note: formatNote(
      snapshot.backfillListLoads.get(backfill.sinkId),
      runs.length,
      connection.name,
      serverNow - snapshot.clockSkewMs,
    ),
  };
}

function formatCells(run: Backfill, status: string, now: number): string[] {
  const outcome = computeOutcome(run);
  return [
    formatRelativeTime(run.insertedAt, now),
    status,
    formatCount(run.rowsProcessed),
    outcome === undefined ? '' : formatDuration(outcome.durationMs),
    formatRowsPerSecond(outcome?.averageRowsPerSecond) ?? '',
  ];
}

/** `now` is the editor's time in ms. */
function formatNote(load: LoadState | undefined, count: number, server: string, now: number): string | null {
  if (load?.failure !== undefined) {
    return describeFailure(load.failure, server).sentence;
  }
  if (load?.loadedAt === undefined) {
    return t('Loading previous runs…');
  }
  const notes = [formatCountNote(load, count), describeStaleness({ load, server, now })].filter(Boolean);
  return notes.length === 0 ? null : notes.join(' ');
}

function formatCountNote({ older = 0 }: LoadState, count: number): string {
  if (older > 0) {
    return count > maxRunsShown ? t('The {0} newest.', maxRunsShown) : t('Older runs are not loaded.');
  }
  if (count > maxRunsShown) {
    return t('The {0} newest of {1}.', maxRunsShown, formatCount(count));
  }
  return count === 1 ? t('This is the first run of this table.') : '';
}
