// Formats numbers and times in the language of the page.

const language = detectLanguage();

/** Formats a number of rows, such as `94,000`. */
export function formatRows(rows: number): string {
  return integerFormat.format(rows);
}

/** Formats rows per second, such as `1,900`. Rates below 10 have at most one decimal place. */
export function formatRate(rate: number): string {
  return (rate < 10 ? decimalFormat : integerFormat).format(rate);
}

/** Formats a number for an axis, such as `1.24M`. */
export function formatCompact(number: number): string {
  return compactFormat.format(number);
}

/** Formats a time in seconds since the epoch, with or without the date. */
export function formatTimestamp(seconds: number, includesDate: boolean): string {
  return (includesDate ? dateTimeFormat : timeFormat).format(seconds * 1_000);
}

/** Formats a time in seconds since the epoch for an axis with a tick every `step` seconds. */
export function formatTick(seconds: number, step: number): string {
  const time = new Date(seconds * 1_000);
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
  return (step < 60 ? timeFormat : isMidnight || step >= 86_400 ? dayFormat : shortTimeFormat).format(time);
}

/** Whether two times in seconds since the epoch are on the same day. */
export function isSameDay(a: number, b: number): boolean {
  return new Date(a * 1_000).toDateString() === new Date(b * 1_000).toDateString();
}

const integerFormat = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const decimalFormat = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const compactFormat = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 2 });
const timeFormat = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
const dateTimeFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
const shortTimeFormat = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
const dayFormat = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' });

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
