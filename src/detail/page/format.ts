// Numbers and times as they are written in the language of the page.

const language = detectLanguage();

/** `94,000`. */
export function formatRows(rows: number): string {
  return integerFormat.format(rows);
}

/** `1,900`; a small one with what follows the point. */
export function formatRate(rate: number): string {
  return (rate < 10 ? decimalFormat : integerFormat).format(rate);
}

/** `1.24M`: a number beside an axis. */
export function formatCompact(number: number): string {
  return compactFormat.format(number);
}

/** A moment in seconds since the epoch: with its day where the times around it are of more than one. */
export function formatTimestamp(seconds: number, withDay: boolean): string {
  return (withDay ? dateTimeFormat : timeFormat).format(seconds * 1_000);
}

/** The same beside an axis, on which there is a tick at each `step` seconds. */
export function formatTick(seconds: number, step: number): string {
  const time = new Date(seconds * 1_000);
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
  return (step < 60 ? timeFormat : isMidnight || step >= 86_400 ? dayFormat : shortTimeFormat).format(time);
}

/** Whether two moments, in seconds since the epoch, are of one day. */
export function isSameDay(from: number, to: number): boolean {
  return new Date(from * 1_000).toDateString() === new Date(to * 1_000).toDateString();
}

const integerFormat = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const decimalFormat = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const compactFormat = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 2 });
const timeFormat = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
const dateTimeFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
const shortTimeFormat = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
const dayFormat = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' });

/** The language of the page; the browser's own where VS Code names one that is none, as its pseudo language. */
function detectLanguage(): string | undefined {
  try {
    return Intl.getCanonicalLocales(document.documentElement.lang)[0];
  } catch {
    return undefined;
  }
}
