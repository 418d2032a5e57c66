import { t } from '@vscode/l10n';
import type { DerivedStatus } from '../model/progress/backfillStatus.ts';
import type { ProgressEstimate } from '../model/progress/estimate.ts';
import type { StallCause } from '../model/progress/stall.ts';
import { formatRowsPerSecond, formatTimeLeft } from './estimateText.ts';
import type { Fact } from './facts.ts';

/** The status of a backfill, with its estimate. */
export interface LiveStatusInput extends DerivedStatus {
  readonly estimate: ProgressEstimate | undefined;
}

/** The part of a hover after the progress: the problem, or the time left; '' if neither is known. */
export function describeLiveStatus({ status, estimate, stall, deliveryWarning }: LiveStatusInput): string {
  if (stall === undefined) {
    return deliveryWarning === undefined ? (formatTimeLeft(estimate) ?? '') : t('delivery errors');
  }
  const cause = formatStallCause(stall.cause);
  if (status !== 'stalled' || stall.cause.kind === 'recurring') {
    return cause;
  }
  return cause === '' ? t('stalled') : t('stalled: {0}', cause);
}

/** The rates that a hover adds to a backfill's facts. {@link describeLiveStatus} covers the time left. */
export function toRateFacts({ estimate }: Pick<LiveStatusInput, 'estimate'>): Fact[] {
  const rates: readonly [label: string, value: string | undefined][] = [
    [t('Current rate'), formatRowsPerSecond(estimate?.rowsPerSecond)],
    [t('Average rate'), formatRowsPerSecond(estimate?.averageRowsPerSecond)],
  ];
  return rates.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

/** A stall's cause in two or three words; '' if it is unknown. */
export function formatStallCause({ kind }: StallCause): string {
  switch (kind) {
    case 'noPrimaryKey':
      return t('no primary key');
    case 'sinkPaused':
      return t('sink paused');
    case 'sinkDisabled':
      return t('sink disabled');
    case 'tableDropped':
      return t('table dropped');
    case 'recurring':
      return t('stalls repeatedly');
    case 'checkFailing':
      return t('check failing');
    case 'deliveryFailing':
      return t('delivery failing');
    case 'bufferFull':
      return t('buffer full');
    case 'fetchFailing':
      return t('can’t read table');
    case 'counting':
      return t('still counting');
    case 'noConsumer':
      return t('no consumer');
    case 'readerStarting':
      return t('not started');
    case 'notReading':
      return t('not reading');
    case 'unknown':
      return '';
  }
}
