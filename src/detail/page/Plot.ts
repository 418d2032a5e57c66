import type uPlot from 'uplot';
import type { PageChart } from '../protocol.ts';
import { type ChartColors, observeTheme, readChartColors } from './chartColors.ts';
import { drawReferenceLines, drawSpans } from './chartOverlays.ts';
import { formatCompact, formatTick } from './format.ts';

/**
 * The lines of a chart on a canvas, with a cursor that follows the mouse and the arrow keys. One plot shows all
 * charts of a page, one after the other.
 */
export class Plot {
  readonly #UPlot: typeof uPlot;
  readonly #container: HTMLElement;
  readonly #onCursor: (index: number | null) => void;
  #uplot: uPlot | undefined;
  #chart: PageChart | undefined;
  #cachedColors: ChartColors | undefined;
  /** The time of the cursor in seconds, after a key has moved it. The cursor keeps it when new data moves the points. */
  #pinnedTime: number | undefined;

  /** `onCursor` receives the index of the point at the cursor, or null without a cursor. */
  constructor(UPlot: typeof uPlot, container: HTMLElement, onCursor: (index: number | null) => void) {
    this.#UPlot = UPlot;
    this.#container = container;
    this.#onCursor = onCursor;
    observeTheme(() => {
      this.#cachedColors = undefined;
      this.#uplot?.redraw(false);
    });
    new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = container;
      if (width > 0) {
        this.#uplot?.setSize({ width, height });
        this.#restoreCursor();
      }
    }).observe(container);
  }

  /** Shows a chart of at least two points. */
  show(chart: PageChart): void {
    this.#chart = chart;
    const noValues = chart.times.map(() => null);
    const data: uPlot.AlignedData = [
      [...chart.times],
      [...chart.rows],
      [...chart.rates],
      [...(chart.previousRun?.rows ?? noValues)],
      [...(chart.deliveries?.counts ?? noValues)],
    ];
    if (this.#uplot === undefined) {
      this.#uplot = this.#create(data);
    } else {
      this.#uplot.setData(data);
    }
    const { ctx, over } = this.#uplot;
    ctx.canvas.setAttribute('aria-label', chart.labels.title);
    over.setAttribute('aria-label', chart.labels.title);
    over.setAttribute('aria-valuemax', `${chart.times.length - 1}`);
    this.#restoreCursor();
  }

  /** Sets what screen readers announce for the cursor. */
  describeCursor(index: number, text: string): void {
    this.#uplot?.over.setAttribute('aria-valuenow', `${index}`);
    this.#uplot?.over.setAttribute('aria-valuetext', text);
  }

  /** The colors of the theme. An element outside the document has none, so they are read on first use. */
  get #colors(): ChartColors {
    return (this.#cachedColors ??= readChartColors(this.#container));
  }

  #create(data: uPlot.AlignedData): uPlot {
    const plot = new this.#UPlot(this.#createOptions(), data, this.#container);
    plot.ctx.canvas.setAttribute('role', 'img');
    const { over } = plot;
    // Screen readers announce the value of a slider whenever it changes.
    over.tabIndex = 0;
    over.setAttribute('role', 'slider');
    over.setAttribute('aria-valuemin', '0');
    over.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    over.addEventListener('focus', () => {
      if (over.matches(':focus-visible')) {
        this.#moveCursorTo(plot.cursor.idx ?? Infinity);
      }
    });
    over.addEventListener('blur', () => {
      if (this.#pinnedTime !== undefined) {
        this.#pinnedTime = undefined;
        plot.setCursor({ left: -10, top: -10 });
      }
    });
    over.addEventListener('mousemove', () => {
      this.#pinnedTime = undefined;
    });
    return plot;
  }

  #onKey(event: KeyboardEvent): void {
    const last = (this.#chart?.times.length ?? 0) - 1;
    const currentIndex = this.#uplot?.cursor.idx ?? last;
    const targetIndexes: Readonly<Record<string, number>> = {
      ArrowLeft: currentIndex - 1,
      ArrowDown: currentIndex - 1,
      ArrowRight: currentIndex + 1,
      ArrowUp: currentIndex + 1,
      PageDown: currentIndex - 10,
      PageUp: currentIndex + 10,
      Home: 0,
      End: last,
    };
    const targetIndex = targetIndexes[event.key];
    if (targetIndex !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      this.#moveCursorTo(targetIndex);
    }
  }

  #moveCursorTo(index: number): void {
    const { times = [] } = this.#chart ?? {};
    this.#pinnedTime = times[Math.max(0, Math.min(times.length - 1, index))];
    this.#applyPinnedTime();
  }

  /** Restores the cursor after uPlot has drawn, which it does in a microtask. */
  #restoreCursor(): void {
    queueMicrotask(() => {
      if (this.#pinnedTime === undefined) {
        this.#notifyCursor();
      } else {
        this.#applyPinnedTime();
      }
    });
  }

  #applyPinnedTime(): void {
    if (this.#pinnedTime !== undefined) {
      this.#uplot?.setCursor({ left: this.#uplot.valToPos(this.#pinnedTime, 'x'), top: 0 });
    }
  }

  #notifyCursor(): void {
    const { idx, left = -1 } = this.#uplot?.cursor ?? {};
    this.#onCursor(left < 0 ? null : (idx ?? null));
  }

  #createOptions(): uPlot.Options {
    const { clientWidth: width, clientHeight: height } = this.#container;
    const font = `11px ${getComputedStyle(this.#container).fontFamily}`;
    const textColor = (): string => this.#colors.text;
    const verticalAxis = {
      stroke: textColor,
      font,
      gap: 6,
      ticks: { show: false },
      size: measureAxisWidth,
      space: 36,
    };
    return {
      width,
      height,
      legend: { show: false },
      padding: [8, null, null, null],
      scales: {
        x: { time: true, range: () => (this.#chart === undefined ? [0, 1] : getTimeRange(this.#chart)) },
        rows: {
          range: () => [0, addHeadroom(this.#chart === undefined ? [] : listRowValues(this.#chart), 1.08)],
        },
        rate: { range: () => [0, addHeadroom(this.#chart?.rates ?? [], 1.3)] },
      },
      axes: [
        {
          stroke: textColor,
          font,
          gap: 6,
          size: 26,
          space: 76,
          incrs: timeSteps,
          grid: { show: false },
          ticks: { stroke: () => this.#colors.grid, size: 4, width: 1 },
          values: (_, ticks, __, ___, step) => ticks.map((tick) => formatTick(tick, step)),
        },
        {
          ...verticalAxis,
          scale: 'rows',
          grid: { stroke: () => this.#colors.grid, width: 1 },
          incrs: integerSteps,
          values: (_, ticks) => ticks.map(formatCompact),
        },
        {
          ...verticalAxis,
          scale: 'rate',
          // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- The enum doesn't exist at run time.
          side: 1,
          grid: { show: false },
          // Without any rate, the axis is empty.
          values: (_, ticks) =>
            this.#chart?.rates.some((rate) => rate !== null) === true
              ? ticks.map(formatCompact)
              : ticks.map(() => ''),
        },
      ],
      series: [
        {},
        {
          scale: 'rows',
          width: 2,
          stroke: () => this.#colors.rows,
          fill: () => this.#colors.area,
          points: { show: false },
        },
        {
          scale: 'rate',
          width: 1.5,
          stroke: () => this.#colors.rate,
          points: { size: 4, fill: () => this.#colors.rate, filter: findIsolatedPoints },
        },
        {
          scale: 'rows',
          width: 1.5,
          dash: [2, 4],
          stroke: () => this.#colors.previous,
          points: { show: false },
        },
        {
          scale: 'rows',
          width: 1.5,
          stroke: () => this.#colors.delivered,
          points: { show: false },
        },
      ],
      cursor: {
        y: false,
        drag: { x: false, y: false, setScale: false },
        // Snaps to a point, so that the values are those of the time under the cursor.
        move: (plot, left, top) => {
          const time = left < 0 ? undefined : this.#chart?.times[plot.posToIdx(left)];
          return time === undefined ? [left, top] : [plot.valToPos(time, 'x'), top];
        },
        points: {
          size: 9,
          width: 2,
          fill: (_, series) =>
            [this.#colors.rows, this.#colors.rate, this.#colors.previous, this.#colors.delivered][
              series - 1
            ] ?? '',
          stroke: () => this.#colors.background,
        },
      },
      hooks: {
        drawClear: [
          (plot) => {
            const [, rows, rate, , delivered] = plot.series;
            for (const [series, dash] of [
              [rows, []],
              [rate, this.#colors.isDashed ? [6, 4] : []],
              [delivered, this.#colors.isDashed ? [10, 3, 2, 3] : []],
            ] as const) {
              if (series !== undefined) {
                series.dash = [...dash];
              }
            }
            drawSpans(plot, this.#chart?.spans ?? [], this.#colors);
          },
        ],
        drawAxes: [
          (plot) => {
            if (this.#chart !== undefined) {
              drawReferenceLines(plot, this.#chart, this.#colors);
            }
          },
        ],
        setCursor: [
          () => {
            this.#notifyCursor();
          },
        ],
      },
    };
  }
}

/** The steps of the axes for rows and rates: 1, 2, 5, 10 and so on. Rows have no fractions. */
const integerSteps = Array.from({ length: 16 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/** The steps of the time axis in seconds: common parts of minutes, hours, days and months. */
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3_600),
  ...[1, 2, 7, 14, 28].map((days) => days * 86_400),
];

/** The largest number of deliveries on the axis, as a multiple of the largest number of rows. */
const maxDeliveriesRatio = 1.5;

/** The range of the time axis in seconds, which includes all spans and marks after the first point. */
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
 * All values on the axis for rows. Deliveries include live changes, so that they may be many times the rows; then their
 * line leaves the plot.
 */
function listRowValues({
  rows,
  rowsInitial,
  previousRun,
  deliveries,
}: PageChart): readonly (number | null)[] {
  const values = [...rows, rowsInitial, ...(previousRun?.rows ?? [])];
  const largest = addHeadroom(values, maxDeliveriesRatio);
  return [...values, ...(deliveries?.counts ?? []).map((count) => Math.min(count ?? 0, largest))];
}

/** The end of an axis, above the largest value: a line along the edge or along the other line is hard to see. */
function addHeadroom(values: readonly (number | null)[], headroom: number): number {
  const largest = values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  return largest > 0 ? largest * headroom : 1;
}

/** Finds the points without a known neighbor. No line goes through them. */
function findIsolatedPoints(plot: uPlot, series: number): number[] {
  const values = plot.data[series] ?? [];
  return Array.from(values.keys()).filter(
    (index) => values[index] != null && values[index - 1] == null && values[index + 1] == null,
  );
}

/** The width of an axis for its numbers. It is constant for numbers of usual length, so that the plot doesn't jump. */
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
