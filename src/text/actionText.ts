import { t } from '@vscode/l10n';
import { getFinishTime, type Backfill } from '../model/Backfill.ts';
import type { BackfillChange } from '../model/backfillChanges.ts';
import { formatProgress } from './backfillText.ts';
import { formatRelativeTime, formatCount } from './format.ts';
import { endWithPeriod } from './endWithPeriod.ts';

/** A user action: a change of an existing backfill, or the start of a new one, running or paused. */
export type BackfillAction = BackfillChange | 'start' | 'startPaused';

/** A pending change, at the start of a row's description: `pausing…`. */
export function describePendingChange(change: BackfillChange): string {
  switch (change) {
    case 'pause':
      return t('pausing…');
    case 'resume':
      return t('resuming…');
    case 'cancel':
      return t('cancelling…');
  }
}

/** The number of backfills that are being created, at the start of a sink row's description. */
export function describePendingStarts(count: number): string {
  return count === 1 ? t('starting a backfill…') : t('starting {0} backfills…', formatCount(count));
}

/** Reports a confirmed action. `name` is `table → sink`. */
export function describeConfirmedAction(action: BackfillAction, name: string): string {
  switch (action) {
    case 'pause':
      return t('Paused {0}.', name);
    case 'resume':
      return t('Resumed {0}.', name);
    case 'cancel':
      return t('Cancelled {0}.', name);
    case 'start':
      return t('Started {0}.', name);
    case 'startPaused':
      return t('Created {0}, paused.', name);
  }
}

/** Reports a failed action. The caller appends the reason. */
export function describeFailedAction(action: BackfillAction, name: string): string {
  switch (action) {
    case 'pause':
      return t('{0} was not paused.', name);
    case 'resume':
      return t('{0} was not resumed.', name);
    case 'cancel':
      return t('{0} was not cancelled.', name);
    case 'start':
    case 'startPaused':
      return t('{0} was not started.', name);
  }
}

/** Reports an action with an unknown result. The caller appends the reason. */
export function describeUnconfirmedAction(action: BackfillAction, name: string): string {
  switch (action) {
    case 'pause':
      return t('Whether {0} was paused is not known yet.', name);
    case 'resume':
      return t('Whether {0} was resumed is not known yet.', name);
    case 'cancel':
      return t('Whether {0} was cancelled is not known yet.', name);
    case 'start':
    case 'startPaused':
      return t('Whether {0} was started is not known yet.', name);
  }
}

/** The current state of a backfill as a sentence, to follow another one. `now` is the server's time in ms. */
export function describeCurrentState(backfill: Backfill, now: number): string {
  const ago = formatRelativeTime(getFinishTime(backfill) ?? backfill.updatedAt, now);
  switch (backfill.state) {
    case 'active':
      return endWithPeriod(t('It is active: {0}', formatProgress(backfill)));
    case 'paused':
      return endWithPeriod(t('It is paused: {0}', formatProgress(backfill)));
    case 'completed':
      return t('It already completed, {0}.', ago);
    case 'cancelled':
      return t('It was already cancelled, {0}.', ago);
    case 'failed':
      return t('It already failed, {0}.', ago);
    default:
      return t('It is in a state that this version does not know: {0}.', backfill.state);
  }
}
