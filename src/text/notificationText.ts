import { t } from '@vscode/l10n';
import { getFinishTime, type Backfill } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import type { Stall } from '../model/progress/stall.ts';
import { toDisplayText } from './toDisplayText.ts';
import { formatCount, formatDuration, formatRows } from './format.ts';
import { describeStall } from './stallText.ts';
import { formatBackfillName, formatBackfillCounts } from './backfillCountsText.ts';

/** A change of a backfill that the user may want to be notified about. */
export type BackfillEvent = { readonly backfill: Backfill; readonly sink: Sink | undefined } & (
  | { readonly kind: 'cancelled' }
  /** Completed; `failingChecks` is the number of failing checks of its sink. */
  | { readonly kind: 'completed'; readonly failingChecks: number }
  /** Failed; `stall` is the cause, if known. */
  | { readonly kind: 'failed'; readonly stall: Stall | undefined }
  | { readonly kind: 'stalled'; readonly stall: Stall }
);

/**
 * Describes an event in a sentence, with a second one for the cause of a problem. `server` is the display name of the
 * connection if there are several.
 */
export function describeBackfillEvent(event: BackfillEvent, server?: string): string {
  const sentence = formatEventSentence(event);
  return server === undefined ? sentence : t('{0}: {1}', toDisplayText(server), sentence);
}

/** Summarizes several events in one sentence: `3 backfills completed, 1 failed.` */
export function summarizeBackfillEvents(events: readonly BackfillEvent[]): string {
  const count = (kind: BackfillEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  const counts = formatBackfillCounts({
    completed: count('completed'),
    cancelled: count('cancelled'),
    stalled: count('stalled'),
    failed: count('failed'),
  });
  const withFailingChecks = events.filter((event) => event.kind === 'completed' && event.failingChecks > 0);
  return withFailingChecks.length === 0
    ? t('{0}.', counts)
    : t('{0}. Completed while checks of the sink fail: {1}.', counts, formatCount(withFailingChecks.length));
}

function formatEventSentence(event: BackfillEvent): string {
  const { backfill, sink } = event;
  const name = formatBackfillName(backfill, sink);
  const rows = formatRows(backfill.rowsProcessed);
  switch (event.kind) {
    case 'completed': {
      const { failingChecks } = event;
      const duration = formatDuration((getFinishTime(backfill) ?? backfill.updatedAt) - backfill.insertedAt);
      if (failingChecks === 0) {
        return t('{0} completed: {1} in {2}.', name, rows, duration);
      }
      return failingChecks === 1
        ? t('{0} completed, but 1 check of the sink fails: {1} in {2}.', name, rows, duration)
        : t(
            '{0} completed, but {3} checks of the sink fail: {1} in {2}.',
            name,
            rows,
            duration,
            failingChecks,
          );
    }
    case 'cancelled':
      return t('{0} was cancelled after {1}.', name, rows);
    case 'failed': {
      const sentence = t('{0} failed after {1}.', name, rows);
      return event.stall === undefined ? sentence : `${sentence} ${describeStall(event.stall)}`;
    }
    case 'stalled':
      return `${t('{0} is stalled.', name)} ${describeStall(event.stall)}`;
  }
}
