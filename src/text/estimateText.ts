import * as l10n from '@vscode/l10n';
import type { ProgressEstimate } from '../model/progress/estimate.ts';
import { day, formatCompactCount, formatCount, formatDuration, hour, minute } from './format.ts';

/** Rounding steps for the time left. An estimate that reaches a threshold isn't precise enough for a smaller step. */
const roundingSteps: readonly (readonly [thresholdMs: number, stepMs: number])[] = [
  [2 * day, day],
  [hour, hour / 2],
  [10 * minute, 5 * minute],
  [minute, minute],
];

/** A range whose bounds differ by less than this factor is shown as one value. */
const narrowRange = 2;

/** `about 4 min`, or `4–9 min` if the estimate is less certain; undefined while there is no reliable estimate. */
export function formatTimeLeftValue(estimate: ProgressEstimate | undefined): string | undefined {
  return formatEstimate(estimate, (duration) => l10n.t('about {0}', duration));
}

/**
 * `4 min left`, `4–9 min left` or `< 1 min left`, where space is limited; undefined while there is no reliable
 * estimate.
 */
export function formatShortTimeLeft(estimate: ProgressEstimate | undefined): string | undefined {
  const timeLeft = formatEstimate(estimate, (duration) => duration);
  return timeLeft === undefined ? undefined : l10n.t('{0} left', timeLeft);
}

/** Formats the rounded duration of an estimate, with or without `about`. */
type FormatApproximate = (duration: string) => string;

function formatEstimate(
  estimate: ProgressEstimate | undefined,
  formatApproximate: FormatApproximate,
): string | undefined {
  if (!estimate?.timeLeft) {
    return undefined;
  }
  const { ms, minMs, maxMs } = estimate.timeLeft;
  if (maxMs < narrowRange * minMs || maxMs < minute) {
    return ms < minute ? formatLessThan(minute) : formatApproximate(formatRounded(ms));
  }
  return formatRange(minMs, maxMs, formatApproximate);
}

function formatRounded(ms: number): string {
  return formatDuration(roundTo(ms, findStep(ms)));
}

function formatLessThan(ms: number): string {
  return l10n.t('< {0}', formatDuration(ms));
}

/** `4–9 min`, with bounds rounded to the same step; a single value if these are equal or the lower one is 0. */
function formatRange(minMs: number, maxMs: number, formatApproximate: FormatApproximate): string {
  const unit = [day, hour].find((unitMs) => maxMs >= 2 * unitMs) ?? minute;
  const step = unit === minute && maxMs < 20 * minute ? minute : Math.max(unit, findStep(maxMs));
  const [min, max] = [roundTo(minMs, step), Math.max(step, roundTo(maxMs, step))];
  if (min === 0) {
    return formatLessThan(max + (maxMs > max ? step : 0));
  }
  if (min === max) {
    return formatApproximate(formatRounded(max));
  }
  const [from, to] = [formatCount(min / unit), formatCount(max / unit)];
  return unit === day
    ? l10n.t('{0}–{1} d', from, to)
    : unit === hour
      ? l10n.t('{0}–{1} h', from, to)
      : l10n.t('{0}–{1} min', from, to);
}

function findStep(ms: number): number {
  return roundingSteps.find(([thresholdMs]) => ms >= thresholdMs)?.[1] ?? minute;
}

function roundTo(ms: number, step: number): number {
  return Math.round(ms / step) * step;
}

/**
 * `12K rows/s`, with two significant digits, because a third would change with every page; undefined while the rate is
 * unknown.
 */
export function formatRowsPerSecond(rowsPerSecond: number | null | undefined): string | undefined {
  if (!rowsPerSecond || !Number.isFinite(rowsPerSecond) || rowsPerSecond < 0) {
    return undefined;
  }
  if (rowsPerSecond < 1) {
    return l10n.t('< 1 row/s');
  }
  const rounded = Math.round(Number(rowsPerSecond.toPrecision(2)));
  return rounded === 1 ? l10n.t('1 row/s') : l10n.t('{0} rows/s', formatCompactCount(rounded));
}
