import * as l10n from '@vscode/l10n';
import { formatCount, formatList, joinParts } from './format.ts';

/** The texts of the outcomes and states that are counted. `count` is a number, or a number of backfills. */
const countTexts = {
  completed: (count) => l10n.t('{0} completed', count),
  cancelled: (count) => l10n.t('{0} cancelled', count),
  deleted: (count) => l10n.t('{0} deleted', count),
  stalled: (count) => l10n.t('{0} stalled', count),
  failed: (count) => l10n.t('{0} failed', count),
  running: (count) => l10n.t('{0} running', count),
  queued: (count) => l10n.t('{0} queued', count),
  paused: (count) => l10n.t('{0} paused', count),
} satisfies Record<string, (count: string) => string>;
type CountKind = keyof typeof countTexts;

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
  const texts = listCounts(counts).map(([kind, count], index) => {
    const text = countTexts[kind](index === 0 ? formatBackfillCount(count) : formatCount(count));
    const detail = details[kind];
    return detail ? l10n.t('{0} ({1})', text, detail) : text;
  });
  return formatList(texts);
}

/** `1 stalled · 2 running · 3 queued`, for a row. Omits zero counts. */
export function formatShortCounts(counts: BackfillCounts): string {
  return joinParts(...listCounts(counts).map(([kind, count]) => countTexts[kind](formatCount(count))));
}

/** The counts that aren't zero, in the order in which a text lists them. */
function listCounts(counts: BackfillCounts): [kind: CountKind, count: number][] {
  return (Object.keys(countTexts) as CountKind[])
    .map((kind): [CountKind, number] => [kind, counts[kind] ?? 0])
    .filter(([, count]) => count > 0);
}

/** `1 backfill`, `1,200 backfills`. */
export function formatBackfillCount(count: number): string {
  return count === 1 ? l10n.t('1 backfill') : l10n.t('{0} backfills', formatCount(count));
}

/** The badge of the view's icon: the number of backfills that need attention; undefined if there are none. */
export function createBadge(
  stalled: number,
  failed: number,
): { readonly value: number; readonly tooltip: string } | undefined {
  const value = stalled + failed;
  return value === 0 ? undefined : { value, tooltip: formatBackfillCounts({ stalled, failed }) };
}
