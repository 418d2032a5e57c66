import type uPlot from 'uplot';
import type { PageChart } from '../protocol.ts';
import type { ChartColors } from './chartColors.ts';
import { drawReferenceLines, drawSpans } from './chartOverlays.ts';
import { formatCompact, formatTick } from './format.ts';

/** Provides the current chart and its colors to a plot, and receives the moves of the cursor. */
interface PlotSource {
  readonly getChart: () => PageChart;
  readonly getColors: () => ChartColors;
  /** Called when the cursor has moved. */
  readonly onCursor: (plot: uPlot) => void;
}

/**
 * Creates uPlot's options. They stay the same for all charts and themes. The series are the rows, the rates, the rows
 * of the previous run and the deliveries.
 */
export function createPlotOptions(container: HTMLElement, source: PlotSource): uPlot.Options {
  const { clientWidth: width, clientHeight: height } = container;
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, null, null, null],
    scales: createScales(source),
    axes: createAxes(source, `11px ${getComputedStyle(container).fontFamily}`),
    series: createSeries(source),
    cursor: createCursor(source),
    hooks: createHooks(source),
  };
}

/** Returns the times of a chart and the values of the series in {@link createPlotOptions}. */
export function toPlotData(chart: PageChart): uPlot.AlignedData {
  return [
    [...chart.times],
    [...chart.rows],
    [...chart.rates],
    [...getOtherValues(chart, 'previous')],
    [...getOtherValues(chart, 'delivered')],
  ];
}

function createScales({ getChart }: PlotSource): uPlot.Scales {
  return {
    x: { time: true, range: () => getTimeRange(getChart()) },
    rows: { range: () => [0, getAxisEnd(listRowValues(getChart()), 1.08)] },
    rate: { range: () => [0, getAxisEnd(getChart().rates, 1.3)] },
  };
}

function createAxes({ getChart, getColors }: PlotSource, font: string): uPlot.Axis[] {
  const common = { stroke: () => getColors().text, font, gap: 6 };
  const vertical = { ...common, ticks: { show: false }, size: measureAxisWidth, space: 36 };
  return [
    {
      ...common,
      size: 26,
      space: 76,
      incrs: timeSteps,
      grid: { show: false },
      ticks: { stroke: () => getColors().grid, size: 4, width: 1 },
      values: (_, ticks, __, ___, step) => ticks.map((tick) => formatTick(tick, step)),
    },
    {
      ...vertical,
      scale: 'rows',
      grid: { stroke: () => getColors().grid, width: 1 },
      incrs: integerSteps,
      values: (_, ticks) => ticks.map(formatCompact),
    },
    {
      ...vertical,
      scale: 'rate',
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- The enum doesn't exist at run time.
      side: 1,
      grid: { show: false },
      // Without any rate, the axis is empty.
      values: (_, ticks) =>
        getChart().rates.some((rate) => rate !== null) ? ticks.map(formatCompact) : ticks.map(() => ''),
    },
  ];
}

function createSeries({ getColors }: PlotSource): uPlot.Series[] {
  const createLine = (
    color: 'rows' | 'rate' | 'previous' | 'delivered',
    options: uPlot.Series = {},
  ): uPlot.Series => ({
    scale: 'rows',
    width: 1.5,
    stroke: () => getColors()[color],
    points: { show: false },
    ...options,
  });
  return [
    {},
    createLine('rows', { width: 2, fill: () => getColors().area }),
    createLine('rate', {
      scale: 'rate',
      points: { size: 4, fill: () => getColors().rate, filter: findIsolatedPoints },
    }),
    createLine('previous', { dash: [2, 4] }),
    createLine('delivered'),
  ];
}

function createCursor({ getChart, getColors }: PlotSource): uPlot.Cursor {
  return {
    y: false,
    drag: { x: false, y: false, setScale: false },
    // Snaps to the closest point, so that the displayed values are exactly those at the cursor.
    move: (plot, left, top) => {
      const time = left < 0 ? undefined : getChart().times[plot.posToIdx(left)];
      return time === undefined ? [left, top] : [plot.valToPos(time, 'x'), top];
    },
    points: {
      size: 9,
      width: 2,
      fill: (_, series) => {
        const { rows, rate, previous, delivered } = getColors();
        return [rows, rate, previous, delivered][series - 1] ?? '';
      },
      stroke: () => getColors().background,
    },
  };
}

function createHooks({ getChart, getColors, onCursor }: PlotSource): uPlot.Hooks.Arrays {
  return {
    drawClear: [
      (plot) => {
        const colors = getColors();
        setDash(plot.series[2], colors.isDashed ? [6, 4] : []);
        setDash(plot.series[4], colors.isDashed ? [10, 3, 2, 3] : []);
        drawSpans(plot, getChart().spans, colors);
      },
    ],
    drawAxes: [
      (plot) => {
        drawReferenceLines(plot, getChart(), getColors());
      },
    ],
    setCursor: [onCursor],
  };
}

function setDash(series: uPlot.Series | undefined, dash: number[]): void {
  if (series !== undefined) {
    series.dash = dash;
  }
}

/** The steps of the axis for rows: 1, 2, 5, 10 and so on. Rows have no fractions. */
const integerSteps = Array.from({ length: 16 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/** The steps of the time axis, in seconds: round numbers of seconds, minutes, hours and days. */
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3_600),
  ...[1, 2, 7, 14, 28].map((days) => days * 86_400),
];

/** The largest number of deliveries on the axis, as a multiple of the largest number of rows. */
const maxDeliveriesRatio = 1.5;

/**
 * Returns the range of the time axis, in seconds since the epoch. The range includes all spans and marks after the
 * first point.
 */
function getTimeRange({ times, spans, marks }: PageChart): [number, number] {
  const overlayTimes = [
    ...spans.flatMap(({ from, to }) => [from, to ?? from]),
    ...marks.map(({ time }) => time),
  ];
  const from = times[0] ?? 0;
  const to = Math.max(times.at(-1) ?? from, ...overlayTimes);
  return [from, to > from ? to : from + 1];
}

/**
 * Lists all values that the axis for rows must include. Deliveries include live changes, so there may be many times
 * more deliveries than rows. In that case, their line leaves the plot.
 */
function listRowValues(chart: PageChart): readonly (number | null)[] {
  const values = [...chart.rows, chart.rowsInitial, ...getOtherValues(chart, 'previous')];
  const maxDeliveries = getAxisEnd(values, maxDeliveriesRatio);
  return [
    ...values,
    ...getOtherValues(chart, 'delivered').map((count) => Math.min(count ?? 0, maxDeliveries)),
  ];
}

type OtherLine = PageChart['otherLines'][number];

/** Returns the values of one of the other lines. If the chart has no such line, each value is null. */
function getOtherValues(
  { otherLines, times }: PageChart,
  wantedKind: OtherLine['kind'],
): OtherLine['values'] {
  return otherLines.find(({ kind }) => kind === wantedKind)?.values ?? times.map(() => null);
}

/** Returns the end of an axis: the largest value times the factor, so that no line runs along the edge. */
function getAxisEnd(values: readonly (number | null)[], factor: number): number {
  const largest = values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  return largest > 0 ? largest * factor : 1;
}

/** Finds the points whose neighbors on both sides are unknown. No line reaches them, so they are drawn as dots. */
function findIsolatedPoints(plot: uPlot, series: number): number[] {
  const values = plot.data[series] ?? [];
  return Array.from(values.keys()).filter(
    (index) => values[index] != null && values[index - 1] == null && values[index + 1] == null,
  );
}

/**
 * Measures the width of an axis with numbers, in CSS pixels. The width is the same for all numbers of usual length, so
 * that the plot doesn't jump.
 */
function measureAxisWidth(plot: uPlot, values: string[] | null): number {
  const longest = (values ?? []).reduce(
    (longestSoFar, value) => (value.length > longestSoFar.length ? value : longestSoFar),
    '',
  );
  plot.ctx.save();
  plot.ctx.font = `${11 * devicePixelRatio}px ${getComputedStyle(plot.root).fontFamily}`;
  const width = plot.ctx.measureText(longest).width / devicePixelRatio;
  plot.ctx.restore();
  return Math.max(44, Math.ceil(width) + 12);
}
