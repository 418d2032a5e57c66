import { t } from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import { createChart } from '../model/history/chart.ts';
import { getStatus } from '../servers/liveStatus.ts';
import type { Snapshot } from '../servers/Snapshot.ts';
import { describeChartSpan, describeRestart } from '../text/historyText.ts';
import type { PageChart } from './protocol.ts';

/** Creates the chart of a backfill, in local time. The chart is empty if the backfill was never monitored. */
export function createPageChart(backfill: Backfill, snapshot: Snapshot, serverNow: number): PageChart {
  const { progressHistories, clockSkewMs } = snapshot;
  const { status, stall } = getStatus(snapshot, backfill, serverNow);
  // The history records the pause of a sink, and past stalls.
  const isOngoing = status === 'stalled' && !['sinkPaused', 'recurring'].includes(stall?.cause.kind ?? '');
  const stalledSince = isOngoing ? stall?.idleSince : undefined;
  const history = progressHistories.get(backfill.id);
  const chart =
    history === undefined
      ? { times: [], rows: [], rates: [], spans: [], restarts: [] }
      : createChart(history, backfill, serverNow, stalledSince);
  const toLocal = (seconds: number): number => seconds - clockSkewMs / 1000;
  return {
    times: chart.times.map(toLocal),
    rows: chart.rows,
    rates: chart.rates,
    spans: chart.spans.map(({ kind, from, to }) => ({
      kind,
      from: toLocal(from),
      to: to === null ? null : toLocal(to),
      text: describeChartSpan(kind),
    })),
    marks: chart.restarts.map(({ at, cause }) => ({ time: toLocal(at), text: describeRestart(cause) })),
    rowsInitial: backfill.rowsInitial === null ? null : Number(backfill.rowsInitial),
    labels: {
      title: t('Throughput'),
      rows: t('Rows done'),
      rate: t('Rows per second'),
      time: t('Time'),
      asTable: t('As a table'),
      noSamples: t('No samples were recorded while this backfill ran.'),
    },
  };
}
