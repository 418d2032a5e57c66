import { t } from '@vscode/l10n';
import { isOpen, type Backfill } from '../model/Backfill.ts';
import { compareRuns, runsOf } from '../model/comparison.ts';
import { outcomeOf } from '../model/estimate.ts';
import { liveIn } from '../monitor/live.ts';
import { backfillsOf, type Load } from '../monitor/Snapshot.ts';
import { stateName } from '../text/backfillText.ts';
import { failureText } from '../text/failureText.ts';
import { formatAgo, formatCount, formatDuration } from '../text/format.ts';
import { rateText } from '../text/progressText.ts';
import { comparisonText } from '../text/comparisonText.ts';
import type { Watched } from './backfillPage.ts';
import type { BackfillPage } from './protocol.ts';

type PageRuns = BackfillPage['runs'];

/** So many runs are listed; the tree has them all. */
const most = 20;

/** The runs of a backfill's table into the same sink, newest first, and how this one compares with those before. */
export function pageRuns(backfill: Backfill, { connection, snapshot, serverNow }: Watched): PageRuns {
  const runs = runsOf(backfillsOf(snapshot, backfill.sinkId), backfill);
  const { estimate } = liveIn(snapshot, backfill, serverNow);
  const comparison = compareRuns(backfill, runs, estimate, snapshot.journals);
  return {
    summary: comparison === undefined ? null : comparisonText(comparison, isOpen(backfill)),
    columns: [t('Started'), t('State'), t('Rows'), t('Duration'), t('Average rate')],
    rows: runs.slice(0, most).map((run) => ({
      backfillId: run.id,
      state: run.state,
      isThis: run.id === backfill.id,
      cells: cellsOf(run, serverNow),
    })),
    note: noteOf(snapshot.historyLoads.get(backfill.sinkId), runs.length, connection.name),
  };
}

function cellsOf(run: Backfill, now: number): string[] {
  const outcome = outcomeOf(run);
  return [
    formatAgo(run.insertedAt, now),
    stateName(run.state),
    formatCount(run.rowsProcessed),
    outcome === undefined ? '' : formatDuration(outcome.durationMs),
    rateText(outcome?.averageRowsPerSecond ?? undefined) ?? '',
  ];
}

function noteOf(load: Load | undefined, count: number, server: string): string | null {
  if (load?.failure !== undefined) {
    return failureText(load.failure, server).sentence;
  }
  if (load?.loadedAt === undefined) {
    return t('Earlier runs are on their way…');
  }
  if (count > most) {
    return t('The {0} newest of {1}.', most, formatCount(count));
  }
  return count === 1 ? t('This is the first run of this table.') : null;
}
