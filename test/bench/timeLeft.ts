import { measureAccuracy } from './accuracy.ts';
import { median, percent, type Part } from './report.ts';

type Quantile = 'median' | 'p90';

/** The series of a real server, which the goal is about; the others show where the rules have their limits. */
const isRecorded = (series: string): boolean => /^[a-z]\d\d,/.test(series);

/** Series that differ only in their seed are one line: `emulated, 20k rows, 3`. */
const groupOf = (series: string): string => series.replace(/, \d+$/, '');

/** How well the end of a backfill is foretold, against two simple rules. */
export function timeLeft(): Promise<Part> {
  const accuracy = measureAccuracy();
  const groups = [...new Set(accuracy.map(({ series }) => groupOf(series)))];
  const rules = [...new Set(accuracy.map(({ rule }) => rule))];
  const middle = (of: (series: string) => boolean, wanted: string, what: Quantile): number =>
    median(accuracy.flatMap((it) => (of(it.series) && it.rule === wanted ? [it[what]] : [])).filter(isTold));
  const row = (name: string, of: (series: string) => boolean): string[] => [
    name,
    ...rules.map((rule) =>
      (['median', 'p90'] as const).map((what) => share(middle(of, rule, what))).join(' / '),
    ),
  ];
  const isNotBetter = (group: string): boolean =>
    (['median', 'p90'] as const).some((what) => {
      const of = (rule: string): number => middle((series) => groupOf(series) === group, rule, what);
      return of('ours') >= Math.min(of('overall'), of('window'));
    });
  const [missed, limits] = [
    groups.filter(isRecorded).filter(isNotBetter),
    groups.filter((group) => !isRecorded(group)).filter(isNotBetter),
  ];
  return Promise.resolve({
    title: '5. Accuracy of the time left: |predicted end − true end| ÷ total duration, from a quarter on',
    columns: ['median / 90th percentile', ...rules],
    rows: [
      ...groups.map((group) => row(group, (series) => groupOf(series) === group)),
      row('the middle of all series', () => true),
    ],
    notes: [
      'Where `ours` says nothing it counts as wholly wrong; `shown` is judged by what it shows.',
      missed.length === 0
        ? '✓ Better than both simple rules on every recorded series.'
        : `✗ Not better than both simple rules: ${missed.join('; ')}.`,
      limits.length === 0 ? '' : `Not better on series that were made up: ${limits.join('; ')}.`,
    ],
    data: accuracy,
  });
}

function isTold(value: number): boolean {
  return !Number.isNaN(value);
}

function share(value: number): string {
  return Number.isFinite(value) ? percent(value) : '–';
}
