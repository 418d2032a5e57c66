import { t } from '@vscode/l10n';
import type { ChartSpan } from '../model/history/chart.ts';
import type { RunComparison } from '../model/history/comparison.ts';
import type { HistoryEvent, RestartCause } from '../model/history/history.ts';
import { formatState } from './backfillText.ts';
import {
  formatCount,
  formatDateTime,
  formatDuration,
  formatFactor,
  formatRows,
  formatTimeOfDay,
} from './format.ts';

/** A short description of an event. */
export function describeHistoryEvent(event: HistoryEvent): string {
  switch (event.kind) {
    case 'created':
      return t('Created');
    case 'counted':
      return t('Counted: {0}', formatRows(event.rows));
    case 'firstRows':
      return t('First rows');
    case 'paused':
      return event.by === 'itself' ? t('Paused') : t('Paused with its sink');
    case 'resumed':
      return event.by === 'itself' ? t('Resumed') : t('Resumed with its sink');
    case 'restarted':
      return describeRestart(event.cause);
    case 'stalled':
      return t('Stalled for {0}', formatDuration(event.to - event.from));
    case 'unobserved':
      return t('Not observed for {0}', formatDuration(event.to - event.from));
    case 'ended':
      return formatState(event.state);
  }
}

/** The cause of a restart of the table reader. */
export function describeRestart(cause: RestartCause): string {
  const texts: Record<RestartCause, string> = {
    sinkEdited: t('Restarted: the sink was edited'),
    resumed: t('Paused and resumed'),
    countersReset: t('Restarted: Sequin reports fewer rows than before'),
    interrupted: t('Interrupted'),
  };
  return texts[cause];
}

/**
 * The time of an event in the editor's time, or the range in which it happened if it was not observed. `now` is the
 * server's time and `clockSkewMs` the server's clock minus the editor's, both in ms.
 */
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

/** Within 12 h, a time of day identifies the day. */
const halfDayMs = 12 * 3600_000;

/** The meaning of a shaded time range in the chart. */
export function describeChartSpan(kind: ChartSpan['kind']): string {
  const texts: Record<ChartSpan['kind'], string> = {
    paused: t('Paused'),
    unobserved: t('Not observed'),
    stalled: t('Stalled'),
  };
  return texts[kind];
}

/** Rates vary by about 10% between identical runs: a smaller ratio counts as the same speed. */
const sameSpeedFactor = 1.1;

/** Compares a run with the previous ones: `1.8× slower than the last 3`. */
export function describeComparison({ rateRatio, runCount }: RunComparison, isRunning: boolean): string {
  const isSlower = rateRatio < 1;
  const ratio = isSlower ? 1 / rateRatio : rateRatio;
  const previousRuns =
    runCount === 1 ? t('the last completed one') : t('the last {0} completed ones', formatCount(runCount));
  if (ratio < sameSpeedFactor) {
    return isRunning
      ? t('This one is about as fast as {0}.', previousRuns)
      : t('This one was about as fast as {0}.', previousRuns);
  }
  const ratioText = formatFactor(ratio);
  if (isSlower) {
    return isRunning
      ? t('This one is {0}× slower than {1}.', ratioText, previousRuns)
      : t('This one was {0}× slower than {1}.', ratioText, previousRuns);
  }
  return isRunning
    ? t('This one is {0}× faster than {1}.', ratioText, previousRuns)
    : t('This one was {0}× faster than {1}.', ratioText, previousRuns);
}
