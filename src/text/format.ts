import * as l10n from '@vscode/l10n';
import type { RowCount } from '../model/Backfill.ts';
import { lazy } from '../shared/lazy.ts';

let locale: string | undefined;
let timeZone: string | undefined;
let formatters = createFormatters();

/**
 * Sets the locale and the time zone in which numbers and times are formatted. If a value is undefined, or the time zone
 * is unknown, that of the process is used.
 */
export function setLocale(newLocale: string | undefined, newTimeZone?: string): void {
  locale = newLocale;
  timeZone = newTimeZone;
  formatters = createFormatters();
}

/** Creates each formatter on first use: the first `Intl` formatter in a process takes 20 ms or more. */
function createFormatters() {
  const zone = lazy(() => (isTimeZone(timeZone) ? timeZone : undefined));
  const numbers = (options?: Intl.NumberFormatOptions) => lazy(() => new Intl.NumberFormat(locale, options));
  const times = (options: Intl.DateTimeFormatOptions) =>
    lazy(() => new Intl.DateTimeFormat(locale, { ...options, timeZone: zone() }));
  return {
    count: numbers(),
    compactCount: numbers({ notation: 'compact' }),
    factor: numbers({ maximumSignificantDigits: 2 }),
    percent: numbers({ style: 'percent', maximumFractionDigits: 0 }),
    dateTime: times({ dateStyle: 'medium', timeStyle: 'medium' }),
    time: times({ timeStyle: 'medium' }),
    shortDateTime: times({ dateStyle: 'medium', timeStyle: 'short' }),
    shortTime: times({ timeStyle: 'short' }),
    startTime: times({ month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }),
    date: times({ dateStyle: 'medium' }),
    ordinal: lazy(() => new Intl.PluralRules('en', { type: 'ordinal' })),
    list: lazy(() => new Intl.ListFormat(locale, { type: 'unit', style: 'short' })),
  };
}

function isTimeZone(name: string | undefined): boolean {
  try {
    return new Intl.DateTimeFormat(undefined, { timeZone: name }).format() !== '';
  } catch {
    return false;
  }
}

/** `94,000`. */
export function formatCount(count: RowCount): string {
  return formatters.count().format(count);
}

/** `94,000 rows`. */
export function formatRows(count: RowCount): string {
  return Number(count) === 1 ? l10n.t('1 row') : l10n.t('{0} rows', formatCount(count));
}

/** `1.2M`, where space is limited. */
export function formatCompactCount(count: RowCount): string {
  return formatters.compactCount().format(count);
}

/** `1.2M rows`, where space is limited. */
export function formatCompactRows(count: RowCount): string {
  return Number(count) === 1 ? l10n.t('1 row') : l10n.t('{0} rows', formatCompactCount(count));
}

/** A fraction as `47%`, rounded down: only a fraction of 1 is shown as 100%. */
export function formatPercent(fraction: number): string {
  // `toPrecision` corrects 0.29 * 100 = 28.999…; the cap keeps 0.9999… from being rounded up to 100%.
  const percent = Math.floor(Number((fraction * 100).toPrecision(15)));
  return formatters.percent().format((fraction < 1 ? Math.min(percent, 99) : percent) / 100);
}

/** A factor with two significant digits: `1.8`. */
export function formatFactor(factor: number): string {
  return formatters.factor().format(factor);
}

/** The largest distance from the epoch at which `Intl` can format a time, in milliseconds. Beyond it, `Intl` throws. */
const maxTimeMs = 8.64e15;

/**
 * Limits a time or a duration to what `Intl` can format. An estimate can have any size, because it is calculated from
 * row counts that a server reports.
 */
function limitTime(ms: number): number {
  return Math.max(-maxTimeMs, Math.min(maxTimeMs, ms));
}

/** A date and time in the user's time zone, with its age: `Nov 23, 2026, 1:48:53 PM (2 h ago)`. */
export function formatDateTimeWithAge(ms: number, now: number): string {
  return `${formatters.dateTime().format(limitTime(ms))} (${formatRelativeTime(ms, now)})`;
}

/** A time with seconds, and with its date if it is 12 h or more away: `1:48:53 PM`, `Nov 24, 2026, 1:48:53 PM`. */
export function formatTime(ms: number, now: number): string {
  const formatter = isNear(ms, now) ? formatters.time : formatters.dateTime;
  return formatter().format(limitTime(ms));
}

/** A time without seconds, and with its date if it is 12 h or more away: `1:48 PM`, `Nov 24, 2026, 1:48 PM`. */
export function formatShortTime(ms: number, now: number): string {
  const formatter = isNear(ms, now) ? formatters.shortTime : formatters.shortDateTime;
  return formatter().format(limitTime(ms));
}

/**
 * A start time where space is limited: `1:48 PM`; `Nov 24, 1:48 PM` if it is 12 h or more away; `Nov 24, 2024` if it is
 * 180 days or more away.
 */
export function formatStartTime(ms: number, now: number): string {
  if (isNear(ms, now)) {
    return formatShortTime(ms, now);
  }
  const formatter = Math.abs(now - ms) < 180 * day ? formatters.startTime : formatters.date;
  return formatter().format(limitTime(ms));
}

/** Whether a time is less than 12 h away, so it needs no date. */
function isNear(ms: number, now: number): boolean {
  return Math.abs(ms - now) < 12 * hour;
}

/** An ordinal number: `3rd`. */
export function formatOrdinal(position: number): string {
  const count = formatCount(position);
  const texts: Partial<Record<Intl.LDMLPluralRule, string>> = {
    one: l10n.t('{0}st', count),
    two: l10n.t('{0}nd', count),
    few: l10n.t('{0}rd', count),
  };
  return texts[formatters.ordinal().select(position)] ?? l10n.t('{0}th', count);
}

/** `a, b, c`. */
export function formatList(items: readonly string[]): string {
  return formatters.list().format(items);
}

/** Joins the parts of a description with dots: `47% · 4 min left`. Leaves out parts that are '' or undefined. */
export function joinParts(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' · ');
}

/**
 * Joins texts into a label for screen readers: `public.orders, Stalled, 47%, sink paused, 1 h`. Also replaces each
 * ` · ` with a comma: some screen readers read the dot aloud, but only pause at a comma.
 */
export function formatAccessibleLabel(...texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .join(', ')
    .replaceAll(' · ', ', ');
}

/** `a, b, c and 4 more`: at most `limit` of the items. */
export function formatLimitedList(items: readonly string[], limit: number): string {
  const shown = formatList(items.slice(0, limit));
  const hiddenCount = items.length - limit;
  return hiddenCount > 0 ? l10n.t('{0} and {1} more', shown, formatCount(hiddenCount)) : shown;
}

// The units of time, in milliseconds.
const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/**
 * The units of a duration, largest first. `Intl` has no style that writes `5 s` and `3 min` in English: `short` writes
 * `5 sec`, and `narrow` writes `5s` and `3m`.
 */
const units: readonly (readonly [unitMs: number, largerMs: number, format: (count: string) => string])[] = [
  [day, Infinity, (count) => l10n.t('{0} d', count)],
  [hour, day, (count) => l10n.t('{0} h', count)],
  [minute, hour, (count) => l10n.t('{0} min', count)],
  [second, minute, (count) => l10n.t('{0} s', count)],
];

/** A duration in its two largest units: `5 s`, `1 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const roundedMs = Math.max(0, Math.round(limitTime(ms) / second)) * second;
  const parts = units.map(([unitMs, largerMs, format]) => {
    const count = Math.floor((roundedMs % largerMs) / unitMs);
    return count === 0 ? '' : format(formatCount(count));
  });
  const largest = parts.findIndex(Boolean);
  return largest === -1
    ? l10n.t('{0} s', formatCount(0))
    : parts
        .slice(largest, largest + 2)
        .filter(Boolean)
        .join(' ');
}

/** A duration in whole minutes, or in seconds if it is shorter than a minute: `20 s`, `3 min`, `1 h 50 min`. */
export function formatRoughDuration(ms: number): string {
  return formatDuration(ms < minute ? ms : Math.round(ms / minute) * minute);
}

/** A duration in its largest unit, rounded down: `5 s`, `2 h`. */
export function formatDurationInOneUnit(ms: number): string {
  const unitMs = [day, hour, minute].find((unit) => ms >= unit) ?? second;
  return formatDuration(Math.floor(ms / unitMs) * unitMs);
}

/**
 * A relative time in one unit: `2 h ago`. The server's clock may be ahead of the local clock, so less than a minute
 * in the future counts as now.
 */
export function formatRelativeTime(ms: number, now: number): string {
  const age = now - ms;
  if (Math.abs(age) < 5 * second || (age < 0 && age > -minute)) {
    return l10n.t('just now');
  }
  const duration = formatDurationInOneUnit(Math.abs(age));
  return age > 0 ? l10n.t('{0} ago', duration) : l10n.t('in {0}', duration);
}

/**
 * When data arrived, by the local clock: `2 h ago`. If the clock has been set back since then, the age is unknown, so
 * the time is shown instead: `1:48 PM`.
 */
export function formatDataTime(ms: number, now: number): string {
  return ms - now < minute ? formatRelativeTime(ms, now) : formatShortTime(ms, now);
}

/** Appends a period unless the sentence already ends with punctuation, for example because it quotes the server. */
export function endWithPeriod(sentence: string): string {
  return /[.!?…]\s*$/.test(sentence) ? sentence.trimEnd() : l10n.t('{0}.', sentence);
}
