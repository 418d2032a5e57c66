import * as l10n from '@vscode/l10n';
import type { ChartSpan } from '../model/history/chart.ts';
import type { RunComparison } from '../model/history/comparison.ts';
import type { HistoryEvent, RestartCause } from '../model/history/history.ts';
import { formatState } from './backfillText.ts';
import { formatCount, formatDuration, formatFactor, formatTime } from './format.ts';

/** A short description of an event. */
export function describeHistoryEvent(event: HistoryEvent): string {
  switch (event.kind) {
    case 'created':
      return l10n.t('Created');
    case 'counted':
      return l10n.t('Total rows: {0}', formatCount(event.rows));
    case 'firstRows':
      return l10n.t('First rows read');
    case 'paused':
      return event.by === 'itself' ? l10n.t('Paused') : l10n.t('Paused with sink');
    case 'resumed':
      return event.by === 'itself' ? l10n.t('Resumed') : l10n.t('Resumed with sink');
    case 'restarted':
      return describeRestart(event.cause);
    case 'stalled':
      return l10n.t('Stalled for {0}', formatDuration(event.to - event.from));
    case 'unobserved':
      return l10n.t('Not observed for {0}', formatDuration(event.to - event.from));
    case 'finished':
      return formatState(event.state);
  }
}

/** Describes a stall in progress, as an entry in a list of events. `since` is a server time in ms. */
export function describeOngoingStall(since: number, times: EventTimes): { text: string; time: string } {
  return {
    text: l10n.t('Stalled for {0}', formatDuration(times.now - since)),
    time: l10n.t('since {0}', formatMoment(since, times)),
  };
}

/** Describes why the table reader restarted. */
export function describeRestart(cause: RestartCause): string {
  const texts: Record<RestartCause, string> = {
    sinkEdited: l10n.t('Restarted: sink edited'),
    resumed: l10n.t('Paused and resumed'),
    countersReset: l10n.t('Restarted: Sequin reports fewer rows than before'),
    interrupted: l10n.t('Interrupted'),
  };
  return texts[cause];
}

/** The server's time, and the server's clock minus the local clock, both in ms. */
interface EventTimes {
  readonly now: number;
  readonly clockSkewMs: number;
}

/**
 * When an event happened, by the local clock: a time, a start and an end, or, if the exact time is unknown, the times
 * between which it happened.
 */
export function formatEventTime(event: HistoryEvent, times: EventTimes): string {
  if ('from' in event) {
    return l10n.t('{0} to {1}', formatMoment(event.from, times), formatMoment(event.to, times));
  }
  const notBefore = 'notBefore' in event ? event.notBefore : undefined;
  return notBefore === undefined
    ? formatMoment(event.at, times)
    : l10n.t('between {0} and {1}', formatMoment(notBefore, times), formatMoment(event.at, times));
}

function formatMoment(ms: number, { now, clockSkewMs }: EventTimes): string {
  return formatTime(ms - clockSkewMs, now - clockSkewMs);
}

/** The label that explains a shaded time range in the chart. */
export function describeChartSpan(kind: ChartSpan['kind']): string {
  const texts: Record<ChartSpan['kind'], string> = {
    paused: l10n.t('Paused'),
    unobserved: l10n.t('Not observed'),
    stalled: l10n.t('Stalled'),
  };
  return texts[kind];
}

/** Rates vary by about 10% between identical runs, so a ratio below this factor counts as the same speed. */
const sameSpeedFactor = 1.1;

/** Compares a run with the previous ones: `1.8× slower than the last 3 completed runs.` */
export function describeComparison({ rateRatio, runCount }: RunComparison): string {
  const isSlower = rateRatio < 1;
  const ratio = isSlower ? 1 / rateRatio : rateRatio;
  const previousRuns =
    runCount === 1
      ? l10n.t('the last completed run')
      : l10n.t('the last {0} completed runs', formatCount(runCount));
  if (ratio < sameSpeedFactor) {
    return l10n.t('About as fast as {0}.', previousRuns);
  }
  return isSlower
    ? l10n.t('{0}× slower than {1}.', formatFactor(ratio), previousRuns)
    : l10n.t('{0}× faster than {1}.', formatFactor(ratio), previousRuns);
}
