import * as l10n from '@vscode/l10n';
import { getDefaultConnectionName } from '../model/Connection.ts';
import { isOld } from '../model/dataAge.ts';
import type { BackfillDeliveries, DeliveryRates } from '../model/deliveries/deliveries.ts';
import type { Failure } from '../model/failure.ts';
import type { Fact } from './facts.ts';
import { describeFailure } from './failureText.ts';
import { formatCount, formatDataTime, formatPercent, formatShortTime, joinParts } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** What Sequin's metrics report about the sink of a backfill. */
export interface SinkDeliveries {
  /** Undefined if the metrics don't cover this backfill. */
  readonly ofBackfill: BackfillDeliveries | undefined;
  /** The current rates of the sink. */
  readonly rates: DeliveryRates | undefined;
  /** The local time of the latest response in milliseconds; undefined before the first response. */
  readonly updatedAt?: number | undefined;
}

/**
 * The deliveries of a backfill's sink since the backfill began. They include live changes and repeated rows. Until the
 * counts are final, the values also contain the current rates or, if the data is old, its age. Empty without metrics.
 * `now` is the local time in milliseconds.
 */
export function toDeliveryFacts({ ofBackfill, rates, updatedAt = 0 }: SinkDeliveries, now: number): Fact[] {
  if (ofBackfill === undefined) {
    return [];
  }
  const { delivered, failed, isComplete, isFinal } = ofBackfill;
  const hasOldData = isOld(updatedAt, now);
  const currentRates = isFinal || hasOldData ? undefined : rates;
  const age = isFinal || !hasOldData ? undefined : formatDataTime(updatedAt, now);
  return [
    {
      label: getDeliveriesLabel(isFinal),
      value: joinParts(
        formatObserved(delivered, isComplete),
        currentRates && formatPerSecond(currentRates.deliveredPerSecond),
        age,
      ),
    },
    {
      label: l10n.t('Failed delivery attempts'),
      value: joinParts(
        formatObserved(failed, isComplete),
        currentRates && failed > 0 ? formatPerSecond(currentRates.failedPerSecond) : undefined,
        formatFailedShare(failed, delivered),
      ),
    },
  ];
}

/**
 * The current delivery rates of a sink. They include live changes and repeated rows. Empty if there are no metrics, or
 * only old ones. `now` is the local time in milliseconds.
 */
export function toDeliveryRateFacts(
  { rates, updatedAt = 0 }: Pick<SinkDeliveries, 'rates' | 'updatedAt'>,
  now: number,
): Fact[] {
  if (rates === undefined || isOld(updatedAt, now)) {
    return [];
  }
  const { deliveredPerSecond: delivered, failedPerSecond: failed } = rates;
  return [
    { label: l10n.t('Deliveries'), value: formatPerSecond(delivered) },
    {
      label: l10n.t('Failed delivery attempts'),
      value: joinParts(formatPerSecond(failed), formatFailedShare(failed, delivered)),
    },
  ];
}

/** `12% of all attempts`; undefined if no attempt failed. */
function formatFailedShare(failed: number, delivered: number): string | undefined {
  const share = failed / (failed + delivered);
  if (failed === 0) {
    return undefined;
  }
  return share < 0.01
    ? l10n.t('< {0} of all attempts', formatPercent(0.01))
    : l10n.t('{0} of all attempts', formatPercent(share));
}

function getDeliveriesLabel(isFinal: boolean): string {
  return isFinal
    ? l10n.t('Deliveries of this sink during the backfill')
    : l10n.t('Deliveries of this sink since the backfill began');
}

/**
 * Explains the line of the deliveries in the chart. The line may begin later than the backfill. `now` is the local time
 * in milliseconds.
 */
export function describeDeliveryLine({ isComplete, isFinal, line }: BackfillDeliveries, now: number): string {
  const [countedFrom] = line[0] ?? [now];
  return isComplete
    ? getDeliveriesLabel(isFinal)
    : l10n.t('Deliveries of this sink since {0}, at least', formatShortTime(countedFrom, now));
}

/**
 * Describes whether deliveries of the sink failed during a finished backfill: `no failed deliveries`,
 * `1,204 failed delivery attempts`; '' if that isn't known, or not yet final.
 */
export function describeDeliveryOutcome({ ofBackfill }: SinkDeliveries): string {
  if (ofBackfill?.isFinal !== true) {
    return '';
  }
  const { failed, isComplete } = ofBackfill;
  if (failed === 0) {
    return isComplete ? l10n.t('no failed deliveries') : '';
  }
  return failed === 1 && isComplete
    ? l10n.t('1 failed delivery attempt')
    : l10n.t('{0} failed delivery attempts', formatObserved(failed, isComplete));
}

/** Explains why the metrics at a URL can't be read. */
export function describeMetricsFailure(failure: Failure, url: string): string {
  const name = toDisplayText(getDefaultConnectionName(url));
  switch (failure.kind) {
    case 'unauthorized':
      return l10n.t('{0} rejected the user name or the password.', name);
    case 'notFound':
      return l10n.t('There are no metrics at {0}.', name);
    case 'invalidResponse':
      return failure.reason === 'redirect'
        ? describeFailure(failure, name).sentence
        : l10n.t('The response from {0} doesn’t contain Sequin’s metrics.', name);
    default:
      return describeFailure(failure, name).sentence;
  }
}

/** Where the metrics of a connection are, or why they can't be read. */
export function describeMetrics(url: string, failure: Failure | undefined): string {
  return failure === undefined
    ? l10n.t('Metrics: {0}', toDisplayText(url))
    : describeMetricsFailure(failure, url);
}

/** `300,000`; `at least 300,000` or `none observed` if some may be missing. */
function formatObserved(count: number, isComplete: boolean): string {
  if (isComplete) {
    return formatCount(count);
  }
  return count === 0 ? l10n.t('none observed') : l10n.t('at least {0}', formatCount(count));
}

function formatPerSecond(rate: number): string {
  return rate > 0 && rate < 0.1
    ? l10n.t('< {0}/s', formatCount(0.1))
    : l10n.t('{0}/s', formatCount(rate < 10 ? Math.round(10 * rate) / 10 : Math.round(rate)));
}
