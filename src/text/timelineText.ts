import { t } from '@vscode/l10n';
import type { ChartSpan } from '../model/history/chart.ts';
import type { HistoryEvent, RestartCause } from '../model/history/history.ts';
import { formatState } from './backfillText.ts';
import { formatTimeOfDay, formatDuration, formatRows, formatDateTime } from './format.ts';

/** What happened, in a few words. */
export function describeHistoryEvent(event: HistoryEvent): string {
  switch (event.kind) {
    case 'created':
      return t('Created');
    case 'counted':
      return t('Counted: {0}', formatRows(event.rows));
    case 'firstRows':
      return t('First rows');
    case 'paused':
      return event.by === 'itself' ? t('Paused') : t('Stood still with its sink');
    case 'resumed':
      return event.by === 'itself' ? t('Resumed') : t('Went on with its sink');
    case 'restarted':
      return describeRestart(event.cause);
    case 'stalled':
      return t('Did not move for {0}', formatDuration(event.to - event.from));
    case 'unseen':
      return t('Nobody looked for {0}', formatDuration(event.to - event.from));
    case 'ended':
      return formatState(event.state);
  }
}

/** Why the reader began again. */
export function describeRestart(cause: RestartCause): string {
  switch (cause) {
    case 'sinkEdited':
      return t('Reading began again: the sink was edited');
    case 'resumed':
      return t('Paused and resumed');
    case 'countersSetBack':
      return t('Reading began again: fewer rows are told than before');
  }
}

/** When it happened; between when and when, where nobody looked. In the editor's time, of which the server's is `skewMs` ahead; `now` is the server's. */
export function formatEventTime(
  event: HistoryEvent,
  { now, clockSkewMs }: { readonly now: number; readonly clockSkewMs: number },
): string {
  const formatMoment = (ms: number): string =>
    now - ms < halfDayMs ? formatTimeOfDay(ms - clockSkewMs) : formatDateTime(ms - clockSkewMs);
  if ('from' in event) {
    return t('{0} to {1}', formatMoment(event.from), formatMoment(event.to));
  }
  const notBefore = 'notBefore' in event ? event.notBefore : undefined;
  return notBefore === undefined
    ? formatMoment(event.at)
    : t('between {0} and {1}', formatMoment(notBefore), formatMoment(event.at));
}

/** Up to here a time of the day says which day. */
const halfDayMs = 12 * 3600_000;

/** What a stretch of a chart stands for. */
export function describeChartSpan(kind: ChartSpan['kind']): string {
  switch (kind) {
    case 'paused':
      return t('Paused');
    case 'unseen':
      return t('Nobody looked');
    case 'stalled':
      return t('Did not move');
  }
}
