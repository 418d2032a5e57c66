import * as l10n from '@vscode/l10n';
import { formatCount, formatList, joinParts } from './format.ts';

/** The text for each outcome or state that is counted. `count` is formatted, such as `3 backfills` or only `3`. */
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
 * `3 backfills completed, 2 failed`, or `3 backfills completed, 2 failed (no primary key)` with details. Leaves out
 * zero counts and empty details.
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

/** `1 stalled · 2 running · 3 queued`, where space is limited. Leaves out zero counts. */
export function formatShortCounts(counts: BackfillCounts): string {
  return joinParts(...listCounts(counts).map(([kind, count]) => countTexts[kind](formatCount(count))));
}

/** Lists the counts that aren't zero, in the order in which they are shown. */
function listCounts(counts: BackfillCounts): [kind: CountKind, count: number][] {
  return (Object.keys(countTexts) as CountKind[])
    .map((kind): [CountKind, number] => [kind, counts[kind] ?? 0])
    .filter(([, count]) => count > 0);
}

/** `1 backfill`, `1,200 backfills`. */
export function formatBackfillCount(count: number): string {
  return count === 1 ? l10n.t('1 backfill') : l10n.t('{0} backfills', formatCount(count));
}

/** The badge on the icon of the sidebar: the number of stalled and failed backfills; undefined if there are none. */
export function createBadge(
  stalled: number,
  failed: number,
): { readonly value: number; readonly tooltip: string } | undefined {
  const value = stalled + failed;
  return value === 0 ? undefined : { value, tooltip: formatBackfillCounts({ stalled, failed }) };
}
