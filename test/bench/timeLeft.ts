import { measureAccuracy } from './accuracy.ts';
import { median, percent, type BenchSection } from './report.ts';

type Quantile = 'median' | 'p90';

/** The goal is about the series recorded from a real server; the others show the limits of the rules. */
const isRecorded = (series: string): boolean => /^[a-z]\d\d,/.test(series);

/** Series that differ only in their seed share a row: `emulated, 20k rows, 3`. */
const groupOf = (series: string): string => series.replace(/, \d+$/, '');

/** Measures how well the end of a backfill is predicted, against two simple rules. */
export function timeLeft(): Promise<BenchSection> {
  const accuracy = measureAccuracy();
  const groups = [...new Set(accuracy.map(({ series }) => groupOf(series)))];
  const rules = [...new Set(accuracy.map(({ rule }) => rule))];
  const medianOf = (matches: (series: string) => boolean, rule: string, quantile: Quantile): number =>
    median(
      accuracy
        .flatMap((it) => (matches(it.series) && it.rule === rule ? [it[quantile]] : []))
        .filter(isNumber),
    );
  const createRow = (name: string, matches: (series: string) => boolean): string[] => [
    name,
    ...rules.map((rule) =>
      (['median', 'p90'] as const)
        .map((quantile) => formatShare(medianOf(matches, rule, quantile)))
        .join(' / '),
    ),
  ];
  const isNotBetter = (group: string): boolean =>
    (['median', 'p90'] as const).some((quantile) => {
      const errorOf = (rule: string): number =>
        medianOf((series) => groupOf(series) === group, rule, quantile);
      return errorOf('estimate') >= Math.min(errorOf('overall'), errorOf('window'));
    });
  const [missed, limits] = [
    groups.filter(isRecorded).filter(isNotBetter),
    groups.filter((group) => !isRecorded(group)).filter(isNotBetter),
  ];
  return Promise.resolve({
    title:
      '5. Accuracy of the time left: |predicted end − true end| ÷ total duration, from a quarter of the rows on',
    columns: ['median / 90th percentile', ...rules],
    rows: [
      ...groups.map((group) => createRow(group, (series) => groupOf(series) === group)),
      createRow('median of all series', () => true),
    ],
    notes: [
      'A missing prediction of `estimate` counts as an error of 100 %; `displayed` is judged only by what it displays.',
      missed.length === 0
        ? '✓ Better than both simple rules on every recorded series.'
        : `✗ Not better than both simple rules: ${missed.join('; ')}.`,
      limits.length === 0 ? '' : `Not better on synthetic series: ${limits.join('; ')}.`,
    ],
    data: accuracy,
  });
}

function isNumber(value: number): boolean {
  return !Number.isNaN(value);
}

function formatShare(value: number): string {
  return Number.isFinite(value) ? percent(value) : '–';
}
