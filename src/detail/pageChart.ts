import { t } from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import { chartOf } from '../model/chart.ts';
import type { Snapshot } from '../monitor/Snapshot.ts';
import { restartText, spanText } from '../text/timelineText.ts';
import type { PageChart } from './protocol.ts';

/** The chart of a backfill, in the editor's time. Empty where nobody watched it. */
export function pageChart(backfill: Backfill, snapshot: Snapshot, serverNow: number): PageChart {
  const { journals, tracks, skewMs } = snapshot;
  const journal = journals.get(backfill.id);
  const chart =
    journal === undefined
      ? { times: [], rows: [], rates: [], spans: [], marks: [] }
      : chartOf(journal, backfill, serverNow, tracks.get(backfill.id));
  const toLocal = (seconds: number): number => seconds - skewMs / 1000;
  return {
    times: chart.times.map(toLocal),
    rows: chart.rows,
    rates: chart.rates,
    spans: chart.spans.map(({ kind, from, to }) => ({
      kind,
      from: toLocal(from),
      to: to === null ? null : toLocal(to),
      text: spanText(kind),
    })),
    marks: chart.marks.map(({ at, cause }) => ({ at: toLocal(at), text: restartText(cause) })),
    rowsInitial: backfill.rowsInitial === null ? null : Number(backfill.rowsInitial),
    labels: {
      title: t('Throughput'),
      rows: t('Rows done'),
      rate: t('Rows per second'),
      time: t('Time'),
      asTable: t('As a table'),
      none: t('Nobody watched this backfill, so there is nothing to draw.'),
    },
  };
}
