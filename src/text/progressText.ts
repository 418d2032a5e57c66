import { t } from '@vscode/l10n';
import type { Estimate } from '../model/estimate.ts';
import { formatCount, formatDuration } from './format.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** From so long on, in ms, times left are rounded to so much: no finer than anybody can know them. */
const roundings: readonly (readonly [from: number, to: number])[] = [
  [2 * day, day],
  [hour, hour / 2],
  [10 * minute, 5 * minute],
  [minute, minute],
];

/** `about 4 min left`; undefined while no time left deserves trust, and when it is about to end. */
export function timeLeftText(estimate: Estimate | undefined): string | undefined {
  const remaining = roundedRemaining(estimate);
  if (remaining === undefined) {
    return undefined;
  }
  return remaining === 0 ? t('less than a minute left') : t('about {0} left', formatDuration(remaining));
}

/** The same where it stands beside its name: `about 4 min`. */
export function remainingText(estimate: Estimate | undefined): string | undefined {
  const remaining = roundedRemaining(estimate);
  if (remaining === undefined) {
    return undefined;
  }
  return remaining === 0 ? t('under a minute') : t('about {0}', formatDuration(remaining));
}

/** In milliseconds, no finer than anybody can know; 0 for less than a minute. */
function roundedRemaining(estimate: Estimate | undefined): number | undefined {
  const remaining = estimate?.shownRemainingMs ?? null;
  if (remaining === null) {
    return undefined;
  }
  const rounding = roundings.find(([from]) => remaining >= from);
  return rounding === undefined ? 0 : Math.round(remaining / rounding[1]) * rounding[1];
}

/** `12,000 rows/s`, in two digits, as more would change with every page; undefined while it is not known. */
export function rateText(rowsPerSecond: number | undefined): string | undefined {
  if (rowsPerSecond === undefined || !Number.isFinite(rowsPerSecond) || rowsPerSecond <= 0) {
    return undefined;
  }
  const rounded = Number(rowsPerSecond.toPrecision(2));
  return rowsPerSecond < 1
    ? t('less than 1 row/s')
    : rounded === 1
      ? t('1 row/s')
      : t('{0} rows/s', formatCount(rounded >= 10 ? rounded : Math.round(rounded)));
}
