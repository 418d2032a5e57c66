import * as l10n from '@vscode/l10n';
import { getFinishTime } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import { type KnownTable, listKnownTables } from '../model/tables.ts';
import { getLiveStatus } from '../servers/liveStatus.ts';
import { neverLoaded } from '../servers/LoadState.ts';
import { getBackfillsOfSink } from '../servers/Snapshot.ts';
import { formatCount, formatRelativeTime } from '../text/format.ts';
import { getStatusIcon } from '../text/icons.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { ServerView } from './pageParts.ts';
import { formatAmounts, maxRowsShown } from './pageRuns.ts';
import type { PageBackfillTable } from './protocol.ts';

/**
 * Lists the tables of a sink, each with its last completed backfill: those without one first, then by name. Undefined
 * before the backfills of the sink are loaded, and if no table is known.
 */
export function createSinkTables(sink: Sink, server: ServerView): PageBackfillTable | undefined {
  const { snapshot } = server;
  const { loadedAt, older = 0 } = snapshot.backfillListLoads.get(sink.id) ?? neverLoaded;
  const tables = listKnownTables(sink, getBackfillsOfSink(snapshot, sink.id));
  if (loadedAt === undefined || tables.length === 0) {
    return undefined;
  }
  const neverCompleted = tables.filter(({ lastCompleted }) => lastCompleted === undefined);
  const sorted = [...neverCompleted, ...tables.filter(({ lastCompleted }) => lastCompleted !== undefined)];
  const shown = sorted.slice(0, maxRowsShown.all);
  const areAllLoaded = older === 0;
  const notes = [
    shown.length < tables.length
      ? l10n.t('Showing {0} of {1} tables.', formatCount(shown.length), formatCount(tables.length))
      : '',
    areAllLoaded ? '' : l10n.t('Older backfills are not loaded.'),
    sink.source?.includeTables
      ? ''
      : l10n.t('Other tables of the sink appear after their first backfill: Sequin’s API doesn’t list them.'),
  ];
  return {
    summary:
      areAllLoaded && neverCompleted.length > 0 ? formatSummary(neverCompleted.length, tables.length) : null,
    columns: [l10n.t('Table'), l10n.t('Last completed backfill'), l10n.t('Rows'), l10n.t('Duration')],
    rows: shown.map((table) => createRow(table, server, areAllLoaded)),
    note: notes.filter(Boolean).join(' ') || null,
    showAll: null,
  };
}

function formatSummary(neverCompleted: number, total: number): string {
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

/** Creates the row of a table: `never` without a completed backfill, or `unknown` if one may not be loaded. */
function createRow(
  { name, lastCompleted: backfill }: KnownTable,
  { snapshot, serverNow }: ServerView,
  areAllLoaded: boolean,
): PageBackfillTable['rows'][number] {
  const table = toDisplayText(name);
  const common = { isCurrent: false, fraction: null };
  if (backfill === undefined) {
    const text = areAllLoaded ? l10n.t('never') : l10n.t('unknown');
    const cells = [table, text, '–', '–'];
    return { ...common, backfillId: null, state: 'unknown', icon: 'circle-outline', cells };
  }
  const live = getLiveStatus(snapshot, backfill, serverNow);
  const [rows, duration] = formatAmounts(backfill, live, snapshot);
  const finished = formatRelativeTime(getFinishTime(backfill) ?? backfill.updatedAt, serverNow);
  const text = live.deliveryWarning === undefined ? finished : `${finished} · ${l10n.t('delivery errors')}`;
  const cells = [table, text, rows, duration];
  return {
    ...common,
    backfillId: backfill.id,
    state: live.status,
    icon: getStatusIcon(live.status),
    cells,
  };
}
