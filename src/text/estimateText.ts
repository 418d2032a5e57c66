import { t } from '@vscode/l10n';
import type { ProgressEstimate } from '../model/progress/estimate.ts';
import { formatCount, formatDuration } from './format.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Rounding steps for the time left, in ms: from each threshold on, the estimate is no more precise than the step. */
const roundingSteps: readonly (readonly [from: number, to: number])[] = [
  [2 * day, day],
  [hour, hour / 2],
  [10 * minute, 5 * minute],
  [minute, minute],
];

/** `about 4 min left`; undefined while there is no reliable estimate. */
export function formatTimeLeft(estimate: ProgressEstimate | undefined): string | undefined {
  const remainingMs = roundTimeLeft(estimate);
  if (remainingMs === undefined) {
    return undefined;
  }
  return remainingMs === 0 ? t('less than a minute left') : t('about {0} left', formatDuration(remainingMs));
}

/** The time left without the word "left", to follow a label: `about 4 min`. */
export function formatTimeLeftValue(estimate: ProgressEstimate | undefined): string | undefined {
  const remainingMs = roundTimeLeft(estimate);
  if (remainingMs === undefined) {
    return undefined;
  }
  return remainingMs === 0 ? t('under a minute') : t('about {0}', formatDuration(remainingMs));
}

/** The time left in ms, rounded by {@link roundingSteps}; 0 for less than a minute. */
function roundTimeLeft(estimate: ProgressEstimate | undefined): number | undefined {
  const remainingMs = estimate?.displayedRemainingMs ?? null;
  if (remainingMs === null) {
    return undefined;
  }
  const roundingStep = roundingSteps.find(([from]) => remainingMs >= from);
  return roundingStep === undefined ? 0 : Math.round(remainingMs / roundingStep[1]) * roundingStep[1];
}

/** `12,000 rows/s`, with two significant digits, since more would change with every page of rows; undefined while unknown. */
export function formatRowsPerSecond(rowsPerSecond: number | undefined): string | undefined {
  if (rowsPerSecond === undefined || !Number.isFinite(rowsPerSecond) || rowsPerSecond <= 0) {
    return undefined;
  }
  if (rowsPerSecond < 1) {
    return t('less than 1 row/s');
  }
  const rounded = rowsPerSecond < 10 ? Math.round(rowsPerSecond) : Number(rowsPerSecond.toPrecision(2));
  return rounded === 1 ? t('1 row/s') : t('{0} rows/s', formatCount(rounded));
}
