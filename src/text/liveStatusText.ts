import * as l10n from '@vscode/l10n';
import type { DerivedStatus } from '../model/progress/backfillStatus.ts';
import type { ProgressEstimate } from '../model/progress/estimate.ts';
import type { StallCause } from '../model/progress/stall.ts';

/** The status of a backfill, with its estimate. */
export interface LiveStatusInput extends DerivedStatus {
  readonly estimate: ProgressEstimate | undefined;
}

/** The cause of a stall in a few words; '' if the cause is unknown. */
export function formatStallCause({ kind }: StallCause): string {
  switch (kind) {
    case 'noPrimaryKey':
      return l10n.t('no primary key');
    case 'sinkPaused':
      return l10n.t('sink paused');
    case 'sinkDisabled':
      return l10n.t('sink disabled');
    case 'resuming':
      return l10n.t('resuming');
    case 'tableDropped':
      return l10n.t('table dropped');
    case 'recurring':
      return l10n.t('stalls repeatedly');
    case 'checkFailing':
      return l10n.t('check failing');
    case 'deliveryFailing':
      return l10n.t('delivery failing');
    case 'bufferFull':
      return l10n.t('buffer full');
    case 'fetchFailing':
      return l10n.t('can’t read table');
    case 'counting':
      return l10n.t('still counting');
    case 'noConsumer':
      return l10n.t('no consumer');
    case 'readerStarting':
      return l10n.t('not started');
    case 'databaseStalled':
      return l10n.t('database stalled');
    case 'notReading':
      return l10n.t('not reading');
    case 'unknown':
      return '';
  }
}
