import { busySeries, quietSeries } from '../recordings/recordings.ts';
import {
  type Accuracy,
  getError,
  getHitShare,
  joinAccuracies,
  measureAccuracy,
  measureLeftOut,
  pollRecording,
  rules,
} from './accuracy.ts';
import { type BenchSection, percent } from './report.ts';
import { emulatedBusySeries, emulatedSeries, type ObservedSeries, syntheticSeries } from './series.ts';

/** Measures how well the end of a backfill is predicted, against two simple rules. */
export function timeLeft(): Promise<BenchSection> {
  const leftOut = measureLeftOut();
  const recordedGroups = { quiet: quietSeries, busy: busySeries };
  const measureAll = (series: readonly ObservedSeries[]): Record<keyof typeof rules, Accuracy> => ({
    estimate: measureAccuracy(series, rules.estimate),
    displayed: measureAccuracy(series, rules.displayed),
    overall: measureAccuracy(series, rules.overall),
    window: measureAccuracy(series, rules.window),
  });
  const createRow = (name: string, series: readonly ObservedSeries[], fitted?: Accuracy): string[] => {
    const { estimate, displayed, overall, window } = measureAll(series);
    return [
      name,
      fitted === undefined ? '' : formatErrors(fitted),
      fitted === undefined ? '' : percent(getHitShare(fitted)),
      ...[estimate, displayed, overall, window].map(formatErrors),
      percent(getHitShare(estimate)),
      percent(getHitShare(displayed)),
      percent(estimate.errors.length / estimate.count),
      percent(displayed.errors.length / displayed.count),
    ];
  };
  const joinLeftOut = (names: readonly string[]): Accuracy =>
    joinAccuracies(names.flatMap((name) => leftOut.get(name) ?? []));
  const rows = [
    ...Object.entries(recordedGroups).flatMap(([group, names]) => [
      ...names.map((name) => createRow(name, pollRecording(name), leftOut.get(name))),
      createRow(`all of the ${group} server`, names.flatMap(pollRecording), joinLeftOut(names)),
    ]),
    ...groupByName([...emulatedSeries(), ...emulatedBusySeries(), ...syntheticSeries()]).map(
      ([name, series]) => createRow(name, series),
    ),
  ];
  const quiet = joinLeftOut(quietSeries);
  const busy = joinLeftOut(busySeries);
  const simple = measureAll(busySeries.flatMap(pollRecording));
  const isBetter = [0.5, 0.9].every((share) =>
    [simple.overall, simple.window].every((other) => getError(busy, share) < getError(other, share)),
  );
  const areIntervalsTrue = [quiet, busy].every(
    (accuracy) => getHitShare(accuracy) >= 0.7 && getHitShare(accuracy) <= 0.9,
  );
  return Promise.resolve({
    title:
      '5. Accuracy of the time left: |predicted end − true end| ÷ total duration, from a quarter of the rows on, polled every 2 s',
    columns: [
      'median / 90th percentile',
      'left out',
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
    notes: ['`left out`: the estimate with parameters fitted to the other recorded series.'],
    goals: [
      {
        isMet: getError(quiet, 0.5) <= 0.03 && getError(quiet, 0.9) <= 0.12,
        text: 'Quiet server, left out: at most 3 % and 12 %.',
      },
      { isMet: isBetter, text: 'Busy server, left out: better than both simple rules.' },
      {
        isMet: areIntervalsTrue,
        text: 'The 80 % interval holds the true end in 70 to 90 % of the observations, left out.',
      },
    ],
    data: rows,
  });
}

/** Series that differ only in their seed form a group: `emulated, 20k rows, 3`. */
function groupByName(series: readonly ObservedSeries[]): [string, ObservedSeries[]][] {
  return [...Map.groupBy(series, ({ name }) => name.replace(/, \d+$/, ''))];
}

function formatErrors(accuracy: Accuracy): string {
  const [median, p90] = [0.5, 0.9].map((share) =>
    accuracy.errors.length === 0 ? '–' : percent(getError(accuracy, share)),
  );
  return `${median} / ${p90}`;
}
