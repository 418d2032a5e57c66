import { t } from '@vscode/l10n';
import { formatCount, formatList } from './format.ts';
import type { Deed } from './writeText.ts';

/** One of many, `table → sink`, and what is to be said of it. */
interface Named {
  readonly name: string;
  readonly reason: string;
}

/** What became of many. */
export interface BulkResult {
  readonly done: number;
  readonly failed: readonly Named[];
  /** The answer was lost, and with it what became of it. */
  readonly notKnown: readonly Named[];
  /** Not begun: given up by the user, or of no use after what failed. */
  readonly notTried: readonly string[];
}

/** So many names are in a notice. */
const mostNames = 3;

/** What is under way, as the title of a progress bar. */
export function bulkTitle(deed: Deed, count: number): string {
  const all = formatCount(count);
  switch (deed) {
    case 'pause':
      return t('Pausing {0} backfills', all);
    case 'resume':
      return t('Resuming {0} backfills', all);
    case 'cancel':
      return t('Cancelling {0} backfills', all);
    case 'start':
    case 'startPaused':
      return t('Starting {0} backfills', all);
  }
}

/** What became of many, in one text: how many are done, then which are not, by their reason. */
export function bulkText(deed: Deed, result: BulkResult): string {
  const { done, failed, notKnown, notTried } = result;
  const total = done + failed.length + notKnown.length + notTried.length;
  return [
    bulkDoneText(deed, done, total),
    ...byReason(failed).map(([reason, names]) => t('Not done for {0}: {1}', named(names), reason)),
    ...byReason(notKnown).map(([reason, names]) => t('Not known yet of {0}: {1}', named(names), reason)),
    notTried.length === 0 ? '' : t('Not tried: {0}.', named(notTried)),
  ]
    .filter(Boolean)
    .join(' ');
}

function bulkDoneText(deed: Deed, done: number, total: number): string {
  const all = formatCount(total);
  if (done === total) {
    switch (deed) {
      case 'pause':
        return t('Paused {0} backfills.', all);
      case 'resume':
        return t('Resumed {0} backfills.', all);
      case 'cancel':
        return t('Cancelled {0} backfills.', all);
      case 'start':
        return t('Started {0} backfills.', all);
      case 'startPaused':
        return t('Created {0} backfills, paused.', all);
    }
  }
  const some = formatCount(done);
  switch (deed) {
    case 'pause':
      return t('Paused {0} of {1} backfills.', some, all);
    case 'resume':
      return t('Resumed {0} of {1} backfills.', some, all);
    case 'cancel':
      return t('Cancelled {0} of {1} backfills.', some, all);
    case 'start':
      return t('Started {0} of {1} backfills.', some, all);
    case 'startPaused':
      return t('Created {0} of {1} backfills, paused.', some, all);
  }
}

function byReason(those: readonly Named[]): [reason: string, names: string[]][] {
  const groups = Map.groupBy(those, ({ reason }) => reason);
  return [...groups].map(([reason, group]) => [reason, group.map(({ name }) => name)]);
}

/** `a, b, c and 4 more`. */
function named(names: readonly string[]): string {
  const shown = formatList(names.slice(0, mostNames));
  const more = names.length - mostNames;
  return more > 0 ? t('{0} and {1} more', shown, formatCount(more)) : shown;
}
