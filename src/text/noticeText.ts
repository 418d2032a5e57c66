import { t } from '@vscode/l10n';
import { endedAt, type Backfill } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import type { Stall } from '../model/stall.ts';
import { plainMessage } from './plainMessage.ts';
import { formatCount, formatDuration, formatRows } from './format.ts';
import { stallText } from './stallText.ts';
import { backfillName, countsText } from './statusText.ts';

/** Something that happened to a backfill while the user may have looked elsewhere. */
export type Happening = { readonly backfill: Backfill; readonly sink: Sink | undefined } & (
  | { readonly kind: 'cancelled' }
  /** Completed, though some checks of its sink may fail. */
  | { readonly kind: 'completed'; readonly failingChecks: number }
  /** Failed, or does not move; a failure's reason is not always known. */
  | { readonly kind: 'failed'; readonly stall: Stall | undefined }
  | { readonly kind: 'stalled'; readonly stall: Stall }
);

/**
 * What happened to one backfill, in a sentence, and a second one that says why. `server` is what its server is called,
 * where it is one of several.
 */
export function happeningText(happening: Happening, server?: string): string {
  const sentence = sentenceOf(happening);
  return plainMessage(server === undefined ? sentence : t('{0}: {1}', server, sentence));
}

/** What happened to many, in one sentence: `3 backfills completed, 1 failed.` */
export function happeningsText(happenings: readonly Happening[]): string {
  const count = (kind: Happening['kind']): number =>
    happenings.filter((happening) => happening.kind === kind).length;
  const counts = countsText({
    completed: count('completed'),
    cancelled: count('cancelled'),
    stalled: count('stalled'),
    failed: count('failed'),
  });
  const unsound = happenings.filter(
    (happening) => happening.kind === 'completed' && happening.failingChecks > 0,
  );
  return unsound.length === 0
    ? t('{0}.', counts)
    : t('{0}. Completed while checks of the sink fail: {1}.', counts, formatCount(unsound.length));
}

function sentenceOf(happening: Happening): string {
  const { backfill, sink } = happening;
  const name = backfillName(backfill, sink);
  const rows = formatRows(backfill.rowsProcessed);
  switch (happening.kind) {
    case 'completed': {
      const { failingChecks } = happening;
      const duration = formatDuration((endedAt(backfill) ?? backfill.updatedAt) - backfill.insertedAt);
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
      return happening.stall === undefined ? sentence : `${sentence} ${stallText(happening.stall)}`;
    }
    case 'stalled':
      return `${t('{0} is stalled.', name)} ${stallText(happening.stall)}`;
  }
}
