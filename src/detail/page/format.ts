import { lazy } from '../../shared/lazy.ts';

// Formats numbers and times in the language of the page.

const language = detectLanguage();

/** Formats a number of rows, such as `94,000`. */
export function formatRows(rows: number): string {
  return getIntegerFormat().format(rows);
}

/** Formats rows per second, such as `1,900`. Rates below 10 have at most one decimal place. */
export function formatRate(rate: number): string {
  return (rate < 10 ? getDecimalFormat() : getIntegerFormat()).format(rate);
}

/** Formats a number for an axis, such as `1.24M`. */
export function formatCompact(number: number): string {
  return getCompactFormat().format(number);
}

/** Formats a time in seconds since the epoch, with or without the date. */
export function formatTimestamp(seconds: number, includesDate: boolean): string {
  return (includesDate ? getDateTimeFormat() : getTimeFormat()).format(seconds * 1_000);
}

/** Formats a time in seconds since the epoch for an axis with a tick every `step` seconds. */
export function formatTick(seconds: number, step: number): string {
  const time = new Date(seconds * 1_000);
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
  const format =
    step < 60 ? getTimeFormat() : isMidnight || step >= 86_400 ? getDayFormat() : getShortTimeFormat();
  return format.format(time);
}

/** Whether two times in seconds since the epoch are on the same day. */
export function isSameDay(a: number, b: number): boolean {
  return new Date(a * 1_000).toDateString() === new Date(b * 1_000).toDateString();
}

// Each is created on first use, because most pages need only a few of them, and creating all takes some milliseconds.
const getIntegerFormat = lazy(() => new Intl.NumberFormat(language, { maximumFractionDigits: 0 }));
const getDecimalFormat = lazy(() => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }));
const getCompactFormat = lazy(
  () => new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 2 }),
);
const getTimeFormat = lazy(() => new Intl.DateTimeFormat(language, { timeStyle: 'medium' }));
const getDateTimeFormat = lazy(
  () => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }),
);
const getShortTimeFormat = lazy(() => new Intl.DateTimeFormat(language, { timeStyle: 'short' }));
const getDayFormat = lazy(() => new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' }));

/**
 * Detects the language of the page. Returns undefined, which stands for the browser's language, if the page's language
 * isn't a well-formed language tag.
 */
function detectLanguage(): string | undefined {
  try {
    return Intl.getCanonicalLocales(document.documentElement.lang)[0];
  } catch {
    return undefined;
  }
}
