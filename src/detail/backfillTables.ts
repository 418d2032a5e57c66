import * as l10n from '@vscode/l10n';
import { type Backfill, getFinishTime, getFractionDone, isUnfinished } from '../model/Backfill.ts';
import { compareRuns, listRunsOfSameTable } from '../model/history/comparison.ts';
import { neverLoaded } from '../model/LoadState.ts';
import type { LiveStatus } from '../model/progress/backfillStatus.ts';
import { computeOutcome } from '../model/progress/estimate.ts';
import { getRunningMs } from '../model/progress/ProgressTrack.ts';
import { getQueuePosition } from '../model/queue/BackfillQueue.ts';
import type { Sink } from '../model/Sink.ts';
import { type KnownTable, listKnownTables } from '../model/tables.ts';
import { getLiveStatus } from '../servers/liveStatus.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import { getBackfillsOfSink, listBackfillsInOrder } from '../servers/Snapshot.ts';
import { describeBackfill, formatStatus, formatTableName } from '../text/backfillText.ts';
import { formatRowsPerSecond } from '../text/estimateText.ts';
import { describeFailure } from '../text/failureText.ts';
import { formatCount, formatDuration, formatRelativeTime, joinParts } from '../text/format.ts';
import { describeComparison } from '../text/historyText.ts';
import { getStatusIcon, queuedIcon } from '../text/icons.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { describeQueuePosition } from '../text/queueText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { PageBackfillTable } from './protocol.ts';

type TableRow = PageBackfillTable['rows'][number];

/** The maximum number of rows of a table: initially, and after **Show All**. */
const maxRows = { initial: 20, all: 500 } as const;

/**
 * Lists all runs of a backfill's table into its sink, newest first, and compares the backfill with the previous runs.
 */
export function createRuns(
  backfill: Backfill,
  { estimate }: LiveStatus,
  server: ServerView,
  showsAll: boolean,
): PageBackfillTable {
  const { snapshot, serverNow } = server;
  const runs = listRunsOfSameTable(getBackfillsOfSink(snapshot, backfill.sinkId), backfill);
  const comparison = compareRuns(backfill, runs, estimate, snapshot.progressHistories);
  const { shown, showAllLabel } = limitRows(runs, showsAll);
  return {
    summary: comparison === undefined ? null : describeComparison(comparison),
    columns: [l10n.t('Started'), l10n.t('State'), l10n.t('Rows'), l10n.t('Duration'), l10n.t('Average rate')],
    rows: shown.map((run) => {
      const row = createRow(run, server, ({ status }, amounts) => [
        formatRelativeTime(run.insertedAt, serverNow),
        formatStatus(status, run),
        ...amounts,
      ]);
      return { ...row, isCurrent: run.id === backfill.id };
    }),
    note: formatNote(backfill.sinkId, server, l10n.t('Loading previous runs…'), (olderCount) =>
      formatRunCounts(shown.length, runs.length, olderCount),
    ),
    showAllLabel,
  };
}

/**
 * Describes how many of the loaded runs are shown. `olderCount` is the number of the sink's backfills of all tables
 * that are too old to be in the snapshot.
 */
function formatRunCounts(shown: number, loaded: number, olderCount: number): string {
  if (shown < loaded) {
    return olderCount > 0
      ? l10n.t('Showing the newest {0} runs.', formatCount(shown))
      : l10n.t('Showing {0} of {1} runs.', formatCount(shown), formatCount(loaded));
  }
  if (olderCount > 0) {
    return l10n.t('There may be older runs. Export the backfill history of the sink to see all runs.');
  }
  return loaded === 1 ? l10n.t('First run of this table.') : '';
}

/** Lists the backfills of a sink, in the order of {@link listBackfillsInOrder}. */
export function createSinkBackfills(
  sinkId: string,
  server: ServerView,
  showsAll: boolean,
): PageBackfillTable {
  const backfills = listBackfillsInOrder(server.snapshot, sinkId);
  const { shown, showAllLabel } = limitRows(backfills, showsAll);
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
    rows: shown.map((backfill) => createSinkBackfillRow(backfill, server)),
    note: formatNote(sinkId, server, l10n.t('Loading backfills…'), (olderCount) => {
      const total = backfills.length + olderCount;
      if (total === 0) {
        return l10n.t('No backfills yet.');
      }
      return shown.length < total
        ? l10n.t('Showing {0} of {1} backfills.', formatCount(shown.length), formatCount(total))
        : '';
    }),
    showAllLabel,
  };
}

function createSinkBackfillRow(backfill: Backfill, server: ServerView): TableRow {
  const { snapshot, serverNow } = server;
  const position = getQueuePosition(snapshot.queue, backfill);
  const row = createRow(backfill, server, (live, amounts) => [
    formatTableName(backfill),
    position === undefined ? formatState(backfill, live, serverNow) : describeQueuePosition(position),
    formatRelativeTime(backfill.insertedAt, serverNow),
    ...amounts,
  ]);
  return {
    ...row,
    icon: position === undefined ? row.icon : queuedIcon,
    fraction: isUnfinished(backfill) ? (getFractionDone(backfill) ?? null) : null,
  };
}

/**
 * Formats the state, such as `Running · 47% · 4 min left` or `Cancelled · at 37%`. For a completed backfill, leaves out
 * the figures, because the other columns have them.
 */
function formatState(backfill: Backfill, live: LiveStatus, now: number): string {
  return backfill.state === 'completed'
    ? formatStatus(live.status, backfill)
    : describeBackfill(backfill, now, { live, withState: true, hasTimeLabel: true });
}

/**
 * Lists the tables of a sink, each with its last completed backfill. Tables without a completed backfill come first;
 * both groups are sorted by name. Returns null until the backfills of the sink are loaded, or if no table is known.
 */
export function createSinkTables(sink: Sink, server: ServerView): PageBackfillTable | null {
  const { snapshot } = server;
  const { loadedAt, olderCount = 0 } = snapshot.backfillListLoads.get(sink.id) ?? neverLoaded;
  const tables = listKnownTables(sink, getBackfillsOfSink(snapshot, sink.id));
  if (loadedAt === undefined || tables.length === 0) {
    return null;
  }
  const areAllLoaded = olderCount === 0;
  const neverCompleted = tables.filter(({ lastCompleted }) => lastCompleted === undefined);
  const sorted = [...neverCompleted, ...tables.filter(({ lastCompleted }) => lastCompleted !== undefined)];
  const shown = sorted.slice(0, maxRows.all);
  return {
    summary:
      areAllLoaded && neverCompleted.length > 0
        ? describeNeverCompleted(neverCompleted.length, tables.length)
        : null,
    columns: [l10n.t('Table'), l10n.t('Last completed backfill'), l10n.t('Rows'), l10n.t('Duration')],
    rows: shown.map((table) => createTableRow(table, server, areAllLoaded)),
    note: joinSentences(
      shown.length < tables.length
        ? l10n.t('Showing {0} of {1} tables.', formatCount(shown.length), formatCount(tables.length))
        : '',
      areAllLoaded ? '' : l10n.t('Older backfills are not loaded.'),
      sink.source?.includeTables
        ? ''
        : l10n.t(
            'Other tables of the sink appear after their first backfill: Sequin’s API doesn’t list them.',
          ),
    ),
    showAllLabel: null,
  };
}

function describeNeverCompleted(neverCompleted: number, total: number): string {
  if (total === 1) {
    return l10n.t('The table has no completed backfill.');
  }
  return neverCompleted === 1
    ? l10n.t('1 of {0} tables has no completed backfill.', formatCount(total))
    : l10n.t(
        '{0} of {1} tables have no completed backfill.',
        formatCount(neverCompleted),
        formatCount(total),
      );
}

/**
 * Creates the row of a table. If none of the loaded backfills of the table is completed, the row shows `never`, or
 * `unknown` if older backfills are not loaded.
 */
function createTableRow(
  { name, lastCompleted }: KnownTable,
  server: ServerView,
  areAllLoaded: boolean,
): TableRow {
  const table = toDisplayText(name);
  if (lastCompleted === undefined) {
    const text = areAllLoaded ? l10n.t('never') : l10n.t('unknown');
    return {
      backfillId: null,
      state: 'unknown',
      icon: 'circle-outline',
      isCurrent: false,
      fraction: null,
      cells: [table, text, '–', '–'],
    };
  }
  return createRow(lastCompleted, server, ({ deliveryWarning }, [rows, duration]) => {
    const finishTime = getFinishTime(lastCompleted) ?? lastCompleted.updatedAt;
    const finished = formatRelativeTime(finishTime, server.serverNow);
    const text = joinParts(finished, deliveryWarning === undefined ? '' : l10n.t('delivery errors'));
    return [table, text, rows, duration];
  });
}

/**
 * Limits the rows of a table. `showAllLabel` is the label of the button that shows all rows; null if the button isn't
 * needed.
 */
function limitRows(
  backfills: readonly Backfill[],
  showsAll: boolean,
): { readonly shown: readonly Backfill[]; readonly showAllLabel: string | null } {
  const shown = backfills.slice(0, showsAll ? maxRows.all : maxRows.initial);
  return { shown, showAllLabel: shown.length < backfills.length && !showsAll ? l10n.t('Show All') : null };
}

/** The processed rows, the duration and the average rate of a backfill. */
type Amounts = [rows: string, duration: string, rate: string];

/** Creates the row of a backfill. `formatCells` formats the cells from the backfill's status and amounts. */
function createRow(
  backfill: Backfill,
  { snapshot, serverNow }: ServerView,
  formatCells: (live: LiveStatus, amounts: Amounts) => string[],
): TableRow {
  const live = getLiveStatus(snapshot, backfill, serverNow);
  const outcome = computeOutcome(backfill);
  const track = snapshot.progressTracks.get(backfill.id);
  const rate = outcome?.averageRowsPerSecond ?? live.estimate?.averageRowsPerSecond;
  return {
    backfillId: backfill.id,
    state: live.status,
    icon: getStatusIcon(live.status),
    isCurrent: false,
    fraction: null,
    cells: formatCells(live, [
      formatCount(backfill.rowsProcessed),
      formatDuration(outcome?.durationMs ?? getRunningMs(backfill, track, live.knownUntil)),
      formatRowsPerSecond(rate) ?? '–',
    ]),
  };
}

/**
 * Formats the note below a list of backfills of a sink.
 * @param loadingText the note while the backfills aren't loaded
 * @param formatCounts describes how many backfills there are, given the number of older backfills that aren't loaded
 */
function formatNote(
  sinkId: string,
  { connection, snapshot, serverNow }: ServerView,
  loadingText: string,
  formatCounts: (olderCount: number) => string,
): string | null {
  const load = snapshot.backfillListLoads.get(sinkId) ?? neverLoaded;
  if (load.failure !== undefined) {
    return describeFailure(load.failure, connection.name).sentence;
  }
  if (load.loadedAt === undefined) {
    return loadingText;
  }
  const now = serverNow - snapshot.clockSkewMs;
  return joinSentences(formatCounts(load.olderCount ?? 0), describeStaleness(load, connection.name, now));
}

/** Joins the sentences that aren't empty. Returns null if all are empty. */
function joinSentences(...sentences: readonly string[]): string | null {
  return sentences.filter(Boolean).join(' ') || null;
}
