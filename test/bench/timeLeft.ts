import { busySeries, quietSeries } from '../recordings/recordings.ts';
import {
  type Accuracy,
  crossValidate,
  getError,
  getHitShare,
  joinAccuracies,
  measureAccuracy,
  pollRecording,
  rules,
} from './accuracy.ts';
import { type BenchSection, formatPercent } from './report.ts';
import {
  createEmulatedBusySeries,
  createEmulatedSeries,
  createSyntheticSeries,
  type ObservedSeries,
} from './series.ts';

/** Measures how well the end of a backfill is predicted, compared with two simple rules. */
export function measureTimeLeft(): Promise<BenchSection> {
  const validated = crossValidate();
  const recordedGroups = { quiet: quietSeries, busy: busySeries };
  const measureAll = (series: readonly ObservedSeries[]): Record<keyof typeof rules, Accuracy> => ({
    estimate: measureAccuracy(series, rules.estimate),
    displayed: measureAccuracy(series, rules.displayed),
    overall: measureAccuracy(series, rules.overall),
    window: measureAccuracy(series, rules.window),
  });
  const createRow = (
    name: string,
    series: readonly ObservedSeries[],
    validatedAccuracy?: Accuracy,
  ): string[] => {
    const { estimate, displayed, overall, window } = measureAll(series);
    return [
      name,
      validatedAccuracy === undefined ? '' : formatErrors(validatedAccuracy),
      validatedAccuracy === undefined ? '' : formatPercent(getHitShare(validatedAccuracy)),
      ...[estimate, displayed, overall, window].map(formatErrors),
      formatPercent(getHitShare(estimate)),
      formatPercent(getHitShare(displayed)),
      formatPercent(estimate.errors.length / estimate.count),
      formatPercent(displayed.errors.length / displayed.count),
    ];
  };
  const joinValidated = (names: readonly string[]): Accuracy =>
    joinAccuracies(names.flatMap((name) => validated.get(name) ?? []));
  const rows = [
    ...Object.entries(recordedGroups).flatMap(([group, names]) => [
      ...names.map((name) => createRow(name, pollRecording(name), validated.get(name))),
      createRow(`all series of the ${group} server`, names.flatMap(pollRecording), joinValidated(names)),
    ]),
    ...groupByName([
      ...createEmulatedSeries(),
      ...createEmulatedBusySeries(),
      ...createSyntheticSeries(),
    ]).map(([name, series]) => createRow(name, series)),
  ];
  const quiet = joinValidated(quietSeries);
  const busy = joinValidated(busySeries);
  const measured = measureAll(busySeries.flatMap(pollRecording));
  const isBetter = [0.5, 0.9].every((share) =>
    [measured.overall, measured.window].every((other) => getError(busy, share) < getError(other, share)),
  );
  const areIntervalsCalibrated = [quiet, busy].every(
    (accuracy) => getHitShare(accuracy) >= 0.7 && getHitShare(accuracy) <= 0.9,
  );
  return Promise.resolve({
    title:
      '5. Accuracy of the time left: |predicted end − true end| ÷ total duration, from a quarter of the rows on, polled every 2 s',
    columns: [
      'median / 90th percentile',
      'cross-validated',
      'in interval',
      'estimate',
      'displayed',
      'overall',
      'window',
      'in interval',
      'in displayed',
      'has estimate',
      'has displayed',
    ],
    rows,
    notes: ['“cross-validated” is the estimate with parameters fitted to the other recorded series.'],
    goals: [
      {
        isMet: getError(quiet, 0.5) <= 0.03 && getError(quiet, 0.9) <= 0.12,
        text: 'Quiet server, cross-validated: at most 3 % and 12 %.',
      },
      { isMet: isBetter, text: 'Busy server, cross-validated: better than both simple rules.' },
      {
        isMet: areIntervalsCalibrated,
        text: 'The 80 % interval contains the true end in 70 to 90 % of the observations, cross-validated.',
      },
    ],
    data: rows,
  });
}

/** Groups series that differ only in their seed, which is the last number in a name such as `emulated, 20k rows, 3`. */
function groupByName(series: readonly ObservedSeries[]): [string, ObservedSeries[]][] {
  return [...Map.groupBy(series, ({ name }) => name.replace(/, \d+$/, ''))];
}

function formatErrors(accuracy: Accuracy): string {
  const [median, p90] = [0.5, 0.9].map((share) =>
    accuracy.errors.length === 0 ? '–' : formatPercent(getError(accuracy, share)),
  );
  return `${median} / ${p90}`;
}
