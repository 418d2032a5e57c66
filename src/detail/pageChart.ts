import * as l10n from '@vscode/l10n';
import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import { interpolateLine } from '../model/deliveries/deliveryLine.ts';
import { type Chart, createChart } from '../model/history/chart.ts';
import { listRunsOfSameTable } from '../model/history/comparison.ts';
import { interpolateRun, listPreviousRuns } from '../model/history/previousRun.ts';
import type { LiveStatus } from '../model/progress/backfillStatus.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import { getBackfillsOfSink, getDeliveries, type Snapshot } from '../servers/Snapshot.ts';
import { describeDeliveryLine } from '../text/deliveryText.ts';
import { formatCompactRows, formatRelativeTime } from '../text/format.ts';
import { describeChartSpan, describeRestart } from '../text/historyText.ts';
import { getStalledSince } from './pageTimeline.ts';
import type { PageChart } from './protocol.ts';

const emptyChart: Chart = { times: [], rows: [], rates: [], spans: [], restarts: [] };

/**
 * Creates the chart of a backfill, with times of the local clock. The chart is empty if the backfill was never
 * monitored.
 */
export function createPageChart(
  backfill: Backfill,
  { estimate, ...status }: LiveStatus,
  { snapshot, serverNow }: ServerView,
): PageChart {
  const { progressHistories, clockSkewMs } = snapshot;
  const history = progressHistories.get(backfill.id);
  const chart =
    history === undefined ? emptyChart : createChart(history, backfill, serverNow, getStalledSince(status));
  const toLocal = (seconds: number): number => seconds - clockSkewMs / 1000;
  const times = chart.times.map(toLocal);
  const { rowsInitial } = backfill;
  return {
    times,
    rows: chart.rows,
    rates: chart.rates,
    spans: chart.spans.map(({ kind, from, to }) => ({
      kind,
      from: toLocal(from),
      to: to === null ? null : toLocal(to),
      text: describeChartSpan(kind),
    })),
    marks: chart.restarts.map(({ at, cause }) => ({ time: toLocal(at), text: describeRestart(cause) })),
    rowsInitial: rowsInitial === null ? null : Number(rowsInitial),
    currentRate: estimate?.rowsPerSecond ?? null,
    otherLines: [
      ...createDeliveryLine(backfill, times, snapshot, serverNow - clockSkewMs),
      ...createPreviousRun(backfill, chart, snapshot, serverNow),
    ],
    labels: {
      title: l10n.t('Throughput'),
      rows: l10n.t('Rows processed'),
      rate: l10n.t('Rows per second'),
      time: l10n.t('Time'),
      total: rowsInitial === null ? '' : l10n.t('Total: {0}', formatCompactRows(rowsInitial)),
      asTable: l10n.t('Data table'),
      noSamples: explainMissingChart(backfill),
    },
  };
}

/**
 * Creates the line of the previous run: the latest completed run before the backfill. Returns an empty array if there
 * is none.
 */
function createPreviousRun(
  backfill: Backfill,
  { times }: Chart,
  snapshot: Snapshot,
  serverNow: number,
): PageChart['otherLines'] {
  const runs = listRunsOfSameTable(getBackfillsOfSink(snapshot, backfill.sinkId), backfill);
  const [run] = listPreviousRuns(backfill, runs);
  if (run === undefined || times.length === 0) {
    return [];
  }
  const elapsedTimes = times.map((seconds) => seconds * 1000 - backfill.insertedAt);
  const text = l10n.t('Previous run ({0})', formatRelativeTime(run.insertedAt, serverNow));
  const values = interpolateRun(run, snapshot.progressHistories.get(run.id), elapsedTimes);
  return [{ kind: 'previous', text, values }];
}

/**
 * Creates the line of the deliveries. Returns an empty array if the deliveries are unknown. Both times are of the local
 * clock: `times` in seconds since the epoch, `now` in milliseconds.
 */
function createDeliveryLine(
  backfill: Backfill,
  times: readonly number[],
  snapshot: Snapshot,
  now: number,
): PageChart['otherLines'] {
  const { ofBackfill } = getDeliveries(snapshot, backfill);
  if (ofBackfill === undefined || ofBackfill.line.length < 2) {
    return [];
  }
  const timesMs = times.map((seconds) => seconds * 1000);
  const values = interpolateLine(ofBackfill.line, timesMs);
  return [{ kind: 'delivered', text: describeDeliveryLine(ofBackfill, now), values }];
}

/** Explains why there is no chart. */
function explainMissingChart(backfill: Backfill): string {
  const hasRows = Number(backfill.rowsProcessed) > 0;
  if (isUnfinished(backfill)) {
    return hasRows ? l10n.t('Waiting for the next rows…') : l10n.t('Waiting for the first rows…');
  }
  return hasRows
    ? l10n.t('No throughput data: VS Code wasn’t connected while this backfill ran.')
    : l10n.t('No rows were processed.');
}
