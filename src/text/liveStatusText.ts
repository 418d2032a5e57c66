import { t } from '@vscode/l10n';
import type { ProgressEstimate } from '../model/progress/estimate.ts';
import type { Stall, StallCause } from '../model/progress/stall.ts';
import type { Fact } from './Fact.ts';
import { formatRowsPerSecond, formatTimeLeft } from './estimateText.ts';

/** The estimate and the stall of a backfill, as derived from its observed progress. */
interface LiveStatusInput {
  readonly estimate: ProgressEstimate | undefined;
  readonly stall: Stall | undefined;
}

/** The part of a row after the progress: the cause of a stall, or the time left; '' if neither is known. */
export function describeLiveStatus({ estimate, stall }: LiveStatusInput): string {
  return stall === undefined ? (formatTimeLeft(estimate) ?? '') : formatStallCause(stall.cause);
}

/** The rates that a hover adds to a backfill's facts. {@link describeLiveStatus} covers the time left. */
export function toRateFacts({ estimate }: LiveStatusInput): Fact[] {
  const rates: readonly [label: string, value: string | undefined][] = [
    [t('Rate now'), formatRowsPerSecond(estimate?.rowsPerSecond)],
    [t('Average rate'), formatRowsPerSecond(estimate?.averageRowsPerSecond)],
  ];
  return rates.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

/** A short form of a stall's cause, for a row. */
function formatStallCause({ kind }: StallCause): string {
  switch (kind) {
    case 'noPrimaryKey':
      return t('no primary key');
    case 'sinkPaused':
      return t('stands still: sink paused');
    case 'sinkDisabled':
      return t('stands still: sink disabled');
    case 'deliveryFailing':
      return t('stalled: deliveries fail');
    case 'bufferFull':
      return t('stalled: buffer full');
    case 'fetchFailing':
      return t('stalled: reading fails');
    case 'counting':
      return t('still counting');
    case 'nobodyReceives':
      return t('stalled: nobody receives');
    case 'readerStarting':
      return t('not started yet');
    case 'unknown':
      return t('stalled');
  }
}
