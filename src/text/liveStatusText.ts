import { t } from '@vscode/l10n';
import type { ProgressEstimate } from '../model/progress/estimate.ts';
import type { DerivedStatus } from '../model/progress/backfillStatus.ts';
import type { StallCause } from '../model/progress/stall.ts';
import type { Fact } from './facts.ts';
import { formatRowsPerSecond, formatTimeLeft } from './estimateText.ts';

/** The status of a backfill, with its estimate. */
interface LiveStatusInput extends DerivedStatus {
  readonly estimate: ProgressEstimate | undefined;
}

/** The part of a row after the progress: the problem, or the time left; '' if neither is known. */
export function describeLiveStatus({ estimate, stall, deliveryWarning }: LiveStatusInput): string {
  if (stall !== undefined) {
    return formatStallCause(stall.cause);
  }
  return deliveryWarning === undefined ? (formatTimeLeft(estimate) ?? '') : t('delivery errors');
}

/** The rates that a hover adds to a backfill's facts. {@link describeLiveStatus} covers the time left. */
export function toRateFacts({ estimate }: Pick<LiveStatusInput, 'estimate'>): Fact[] {
  const rates: readonly [label: string, value: string | undefined][] = [
    [t('Rate now'), formatRowsPerSecond(estimate?.rowsPerSecond)],
    [t('Average rate'), formatRowsPerSecond(estimate?.averageRowsPerSecond)],
  ];
  return rates.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

/** A short form of a stall's cause, for a row. */
export function formatStallCause({ kind }: StallCause): string {
  switch (kind) {
    case 'noPrimaryKey':
      return t('no primary key');
    case 'sinkPaused':
      return t('stalled: sink paused');
    case 'sinkDisabled':
      return t('stalled: sink disabled');
    case 'tableDropped':
      return t('stalled: table dropped');
    case 'recurring':
      return t('stalls again and again');
    case 'checkFailing':
      return t('stalled: check fails');
    case 'deliveryFailing':
      return t('stalled: deliveries fail');
    case 'bufferFull':
      return t('stalled: buffer full');
    case 'fetchFailing':
      return t('stalled: reading fails');
    case 'counting':
      return t('still counting');
    case 'noConsumer':
      return t('stalled: nobody receives');
    case 'readerStarting':
      return t('not started yet');
    case 'notReading':
      return t('stalled: not read');
    case 'unknown':
      return t('stalled');
  }
}
