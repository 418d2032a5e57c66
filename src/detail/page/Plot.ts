import uPlot from 'uplot';
import type { PageChart } from '../protocol.ts';
import { drawLines, drawSpans } from './chartBack.ts';
import { onThemeChange, readColors, type ChartColors } from './chartColors.ts';
import { formatRows, formatShort, formatTick } from './format.ts';

/**
 * The two lines of a chart on a canvas, with a cursor that follows the mouse and the arrow keys. Made once for a
 * chart; new data goes into it.
 */
export class Plot {
  readonly #place: HTMLElement;
  readonly #onCursor: (index: number | null) => void;
  #uplot: uPlot | undefined;
  #chart: PageChart | undefined;
  #read: ChartColors | undefined;
  /** The time at which the keyboard has put the cursor: it stays there when new data moves all the rest. */
  #pinned: number | undefined;

  constructor(place: HTMLElement, onCursor: (index: number | null) => void) {
    this.#place = place;
    this.#onCursor = onCursor;
    onThemeChange(() => {
      this.#read = undefined;
      this.#uplot?.redraw(false);
    });
    new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = place;
      if (width > 0) {
        this.#uplot?.setSize({ width, height });
        this.#pinAgain();
      }
    }).observe(place);
  }

  /** Shows a chart of at least two points. */
  show(chart: PageChart): void {
    this.#chart = chart;
    const data: uPlot.AlignedData = [[...chart.times], [...chart.rows], [...chart.rates]];
    if (this.#uplot === undefined) {
      this.#uplot = this.#create(data);
    } else {
      this.#uplot.setData(data);
    }
    const { ctx, over } = this.#uplot;
    ctx.canvas.setAttribute('aria-label', chart.labels.title);
    over.setAttribute('aria-label', chart.labels.title);
    over.setAttribute('aria-valuemax', `${chart.times.length - 1}`);
    this.#pinAgain();
  }

  /** Says to a screen reader what the cursor is at. */
  describe(index: number, text: string): void {
    this.#uplot?.over.setAttribute('aria-valuenow', `${index}`);
    this.#uplot?.over.setAttribute('aria-valuetext', text);
  }

  /** The colours, read when they are first needed: what is not on the page yet has none. */
  get #colors(): ChartColors {
    return (this.#read ??= readColors(this.#place));
  }

  #create(data: uPlot.AlignedData): uPlot {
    const plot = new uPlot(this.#options(), data, this.#place);
    plot.ctx.canvas.setAttribute('role', 'img');
    const { over } = plot;
    // What is moved along a line by the arrow keys is a slider, which says its value whenever it is moved.
    over.tabIndex = 0;
    over.setAttribute('role', 'slider');
    over.setAttribute('aria-valuemin', '0');
    over.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    over.addEventListener('focus', () => {
      if (over.matches(':focus-visible')) {
        this.#moveTo(plot.cursor.idx ?? Infinity);
      }
    });
    over.addEventListener('blur', () => {
      if (this.#pinned !== undefined) {
        this.#pinned = undefined;
        plot.setCursor({ left: -10, top: -10 });
      }
    });
    over.addEventListener('mousemove', () => {
      this.#pinned = undefined;
    });
    return plot;
  }

  #onKey(event: KeyboardEvent): void {
    const last = (this.#chart?.times.length ?? 0) - 1;
    const at = this.#uplot?.cursor.idx ?? last;
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageDown: at - 10,
      PageUp: at + 10,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      this.#moveTo(target);
    }
  }

  #moveTo(index: number): void {
    const { times = [] } = this.#chart ?? {};
    this.#pinned = times[Math.max(0, Math.min(times.length - 1, index))];
    this.#pin();
  }

  /** After uPlot has drawn, which it does at the end of the task. */
  #pinAgain(): void {
    queueMicrotask(() => {
      if (this.#pinned === undefined) {
        this.#tellCursor();
      } else {
        this.#pin();
      }
    });
  }

  #pin(): void {
    if (this.#pinned !== undefined) {
      this.#uplot?.setCursor({ left: this.#uplot.valToPos(this.#pinned, 'x'), top: 0 });
    }
  }

  #tellCursor(): void {
    const { idx, left = -1 } = this.#uplot?.cursor ?? {};
    this.#onCursor(left < 0 ? null : (idx ?? null));
  }

  #options(): uPlot.Options {
    const { clientWidth: width, clientHeight: height } = this.#place;
    const font = `11px ${getComputedStyle(this.#place).fontFamily}`;
    const text = (): string => this.#colors.text;
    const vertical = { stroke: text, font, gap: 6, ticks: { show: false }, size: widthOfValues, space: 36 };
    return {
      width,
      height,
      legend: { show: false },
      padding: [8, null, null, null],
      scales: {
        x: { time: true, range: () => (this.#chart === undefined ? [0, 1] : timesOf(this.#chart)) },
        rows: {
          range: () => [0, above([...(this.#chart?.rows ?? []), this.#chart?.rowsInitial ?? 0], 1.08)],
        },
        rate: { range: () => [0, above(this.#chart?.rates ?? [], 1.3)] },
      },
      axes: [
        {
          stroke: text,
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
          ...vertical,
          scale: 'rows',
          grid: { stroke: () => this.#colors.grid, width: 1 },
          incrs: wholeSteps,
          values: (_, ticks) => ticks.map(formatShort),
        },
        {
          ...vertical,
          scale: 'rate',
          // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- The enum is not there at run time.
          side: 1,
          grid: { show: false },
          values: (_, ticks) => ticks.map(formatShort),
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
          points: { size: 4, fill: () => this.#colors.rate, filter: isolatedPoints },
        },
      ],
      cursor: {
        y: false,
        drag: { x: false, y: false, setScale: false },
        // From point to point: what is read out is what is under the cursor.
        move: (plot, left, top) => {
          const time = left < 0 ? undefined : this.#chart?.times[plot.posToIdx(left)];
          return time === undefined ? [left, top] : [plot.valToPos(time, 'x'), top];
        },
        points: {
          size: 9,
          width: 2,
          fill: (_, series) => (series === 1 ? this.#colors.rows : this.#colors.rate),
          stroke: () => this.#colors.background,
        },
      },
      hooks: {
        drawClear: [
          (plot) => {
            const [, rows, rate] = plot.series;
            for (const [series, dash] of [
              [rows, []],
              [rate, this.#colors.dashed ? [6, 4] : []],
            ] as const) {
              if (series !== undefined) series.dash = [...dash];
            }
            drawSpans(plot, this.#chart?.spans ?? [], this.#colors);
          },
        ],
        drawAxes: [
          (plot) => {
            if (this.#chart !== undefined) {
              const goal = this.#chart.rowsInitial;
              drawLines(plot, this.#chart, this.#colors, goal === null ? '' : formatRows(goal));
            }
          },
        ],
        setCursor: [
          () => {
            this.#tellCursor();
          },
        ],
      },
    };
  }
}

/** 1, 2, 5, 10 …: there are no half rows. */
const wholeSteps = Array.from({ length: 16 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/** Seconds, minutes, hours and days that clocks and calendars are read by. */
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3_600),
  ...[1, 2, 7, 14, 28].map((days) => days * 86_400),
];

/** From the first to the last time of what is drawn. */
function timesOf({ times, spans, marks }: PageChart): [number, number] {
  const others = [...spans.flatMap(({ from, to }) => [from, to ?? from]), ...marks.map(({ at }) => at)];
  const from = times[0] ?? 0;
  const to = Math.max(times.at(-1) ?? from, ...others);
  return [from, to > from ? to : from + 1];
}

/** So much above the largest: a line along the edge, or along another line, is hard to see. */
function above(values: readonly (number | null)[], headroom: number): number {
  const largest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return largest > 0 ? largest * headroom : 1;
}

/** The points whose neighbours are not known: no line goes through them. */
function isolatedPoints(plot: uPlot, series: number): number[] {
  const values = plot.data[series] ?? [];
  return Array.from(values.keys()).filter(
    (index) => values[index] != null && values[index - 1] == null && values[index + 1] == null,
  );
}

/** The room that an axis takes for its numbers; the same for all numbers of usual length, so that nothing jumps. */
function widthOfValues(plot: uPlot, values: string[] | null): number {
  const longest = (values ?? []).reduce((most, value) => (value.length > most.length ? value : most), '');
  plot.ctx.save();
  plot.ctx.font = `${11 * devicePixelRatio}px ${getComputedStyle(plot.root).fontFamily}`;
  const width = plot.ctx.measureText(longest).width / devicePixelRatio;
  plot.ctx.restore();
  return Math.max(44, Math.ceil(width) + 12);
}
