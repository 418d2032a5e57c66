import * as l10n from '@vscode/l10n';
import { formatCount, formatList } from './format.ts';

/** The outcomes and states that are counted, in the order in which a text lists them. */
const countKinds = ['completed', 'cancelled', 'deleted', 'stalled', 'failed', 'paused'] as const;
type CountKind = (typeof countKinds)[number];

/** The number of backfills for each outcome or state. */
export type BackfillCounts = Readonly<Partial<Record<CountKind, number>>>;

/**
 * `3 backfills completed, 2 failed`, or `3 backfills completed, 2 failed (no primary key)` with details. Omits zero
 * counts, and details that are ''.
 */
export function formatBackfillCounts(
  counts: BackfillCounts,
  details: Partial<Record<CountKind, string>> = {},
): string {
  const texts: string[] = [];
  for (const kind of countKinds) {
    const count = counts[kind] ?? 0;
    if (count > 0) {
      const text = texts.length === 0 ? formatCountWithNoun(kind, count) : formatShortCount(kind, count);
      const detail = details[kind];
      texts.push(detail ? l10n.t('{0} ({1})', text, detail) : text);
    }
  }
  return formatList(texts);
}

/** The badge of the view's icon: the number of backfills that need attention; undefined if there are none. */
export function createBadge(
  stalled: number,
  failed: number,
): { readonly value: number; readonly tooltip: string } | undefined {
  const value = stalled + failed;
  return value === 0 ? undefined : { value, tooltip: formatBackfillCounts({ stalled, failed }) };
}

function formatCountWithNoun(kind: CountKind, count: number): string {
  switch (kind) {
    case 'completed':
      return count === 1
        ? l10n.t('1 backfill completed')
        : l10n.t('{0} backfills completed', formatCount(count));
    case 'cancelled':
      return count === 1
        ? l10n.t('1 backfill cancelled')
        : l10n.t('{0} backfills cancelled', formatCount(count));
    case 'deleted':
      return count === 1 ? l10n.t('1 backfill deleted') : l10n.t('{0} backfills deleted', formatCount(count));
    case 'stalled':
      return count === 1 ? l10n.t('1 backfill stalled') : l10n.t('{0} backfills stalled', formatCount(count));
    case 'failed':
      return count === 1 ? l10n.t('1 backfill failed') : l10n.t('{0} backfills failed', formatCount(count));
    case 'paused':
      return count === 1 ? l10n.t('1 backfill paused') : l10n.t('{0} backfills paused', formatCount(count));
  }
}

function formatShortCount(kind: CountKind, count: number): string {
  switch (kind) {
    case 'completed':
      return l10n.t('{0} completed', formatCount(count));
    case 'cancelled':
      return l10n.t('{0} cancelled', formatCount(count));
    case 'deleted':
      return l10n.t('{0} deleted', formatCount(count));
    case 'stalled':
      return l10n.t('{0} stalled', formatCount(count));
    case 'failed':
      return l10n.t('{0} failed', formatCount(count));
    case 'paused':
      return l10n.t('{0} paused', formatCount(count));
  }
}
