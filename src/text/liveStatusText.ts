import { t } from '@vscode/l10n';
import type { DerivedStatus } from '../model/progress/backfillStatus.ts';
import type { ProgressEstimate } from '../model/progress/estimate.ts';
import type { StallCause } from '../model/progress/stall.ts';

/** The status of a backfill, with its estimate. */
export interface LiveStatusInput extends DerivedStatus {
  readonly estimate: ProgressEstimate | undefined;
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
    case 'resuming':
      return t('resuming');
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
