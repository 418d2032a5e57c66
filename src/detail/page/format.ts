// Numbers and times as they are written in the language of the page.

const language = languageOfPage();

/** `94,000`. */
export function formatRows(rows: number): string {
  return whole.format(rows);
}

/** `1,900`; a small one with what follows the point. */
export function formatRate(rate: number): string {
  return (rate < 10 ? fine : whole).format(rate);
}

/** `1.24M`: a number beside an axis. */
export function formatShort(number: number): string {
  return short.format(number);
}

/** A moment in seconds since the epoch: with its day where the times around it are of more than one. */
export function formatMoment(seconds: number, withDay: boolean): string {
  return (withDay ? dayAndTime : timeOfDay).format(seconds * 1_000);
}

/** The same beside an axis, on which there is a tick at each `step` seconds. */
export function formatTick(seconds: number, step: number): string {
  const time = new Date(seconds * 1_000);
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
  return (step < 60 ? timeOfDay : isMidnight || step >= 86_400 ? day : hourAndMinute).format(time);
}

/** Whether two moments, in seconds since the epoch, are of one day. */
export function isOneDay(from: number, to: number): boolean {
  return new Date(from * 1_000).toDateString() === new Date(to * 1_000).toDateString();
}

const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const short = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 2 });
const timeOfDay = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
const dayAndTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
const hourAndMinute = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' });

/** The language of the page; the browser's own where VS Code names one that is none, as its pseudo language. */
function languageOfPage(): string | undefined {
  try {
    return Intl.getCanonicalLocales(document.documentElement.lang)[0];
  } catch {
    return undefined;
  }
}
