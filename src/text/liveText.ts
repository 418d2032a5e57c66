import { t } from '@vscode/l10n';
import type { Estimate } from '../model/estimate.ts';
import type { Stall, StallCause } from '../model/stall.ts';
import type { Fact } from './Fact.ts';
import { rateText, timeLeftText } from './progressText.ts';

/** What follows for a backfill from what was observed of it. */
interface Live {
  readonly estimate: Estimate | undefined;
  readonly stall: Stall | undefined;
}

/** What a row adds to a backfill's progress: why it does not move, or how long it will. '' for nothing. */
export function liveText({ estimate, stall }: Live): string {
  return stall === undefined ? (timeLeftText(estimate) ?? '') : stallName(stall.cause);
}

/** What a hover and a page add to a backfill's facts: how fast it is. How long it will stands in `liveText`. */
export function paceFacts({ estimate }: Live): Fact[] {
  const facts: readonly [label: string, value: string | undefined][] = [
    [t('Rate now'), rateText(estimate?.rowsPerSecond)],
    [t('Average rate'), rateText(estimate?.averageRowsPerSecond)],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

/** The cause of a stall in a few words, for a row. */
function stallName({ kind }: StallCause): string {
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
