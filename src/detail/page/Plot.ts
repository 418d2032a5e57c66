import type uPlot from 'uplot';
import type { PageChart } from '../protocol.ts';
import { type ChartColors, observeTheme, readChartColors } from './chartColors.ts';
import { createPlotOptions, toPlotData } from './plotOptions.ts';

/**
 * Draws the lines of a chart on a canvas, with a cursor that follows the mouse and the arrow keys. A document has a
 * single plot, which shows one chart after the other. Each chart has at least two points.
 */
export class Plot {
  readonly #container: HTMLElement;
  readonly #onCursor: (index: number | null) => void;
  readonly #uplot: uPlot;
  #chart: PageChart;
  #cachedColors: ChartColors | undefined;
  /**
   * The time, in seconds since the epoch, to which a key moved the cursor; undefined if the cursor follows the mouse.
   * The cursor stays at this time when new data moves the points.
   */
  #pinnedTime: number | undefined;

  /** `onCursor` receives the index of the point at the cursor, or null without a cursor. */
  constructor(
    UPlot: typeof uPlot,
    container: HTMLElement,
    chart: PageChart,
    onCursor: (index: number | null) => void,
  ) {
    this.#container = container;
    this.#onCursor = onCursor;
    this.#chart = chart;
    const options = createPlotOptions(container, {
      getChart: () => this.#chart,
      getColors: () => this.#colors,
      onCursor: (plot) => {
        this.#notifyCursor(plot);
      },
    });
    this.#uplot = new UPlot(options, toPlotData(chart), container);
    this.#listenToUser();
    observeTheme(() => {
      this.#cachedColors = undefined;
      // While the container isn't in the document, for example because the page shows a sink, the colors can't be read.
      if (container.isConnected) {
        this.#uplot.redraw(false);
      }
    });
    // The observer also calls back when the container leaves the document and when the container returns.
    new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = container;
      if (width > 0) {
        this.#uplot.setSize({ width, height });
        this.#restoreCursor();
      } else {
        this.#hideCursor();
      }
    }).observe(container);
  }

  /** Shows a chart. */
  show(chart: PageChart): void {
    this.#chart = chart;
    this.#uplot.setData(toPlotData(chart));
    const { ctx, over } = this.#uplot;
    ctx.canvas.setAttribute('aria-label', chart.labels.title);
    over.setAttribute('aria-label', chart.labels.title);
    over.setAttribute('aria-valuemax', `${chart.times.length - 1}`);
    this.#restoreCursor();
  }

  /** Sets what screen readers announce when the cursor moves: the value of the slider, see {@link #listenToUser}. */
  describeCursor(index: number, text: string): void {
    this.#uplot.over.setAttribute('aria-valuenow', `${index}`);
    this.#uplot.over.setAttribute('aria-valuetext', text);
  }

  /** The colors of the theme, read on first use. */
  get #colors(): ChartColors {
    return (this.#cachedColors ??= readChartColors(this.#container));
  }

  /**
   * Lets the keyboard move the cursor. The plot has the role of a slider, because screen readers announce the value of
   * a slider whenever it changes.
   */
  #listenToUser(): void {
    const plot = this.#uplot;
    plot.ctx.canvas.setAttribute('role', 'img');
    const { over } = plot;
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
        this.#hideCursor();
      }
    });
    over.addEventListener('mousemove', () => {
      this.#pinnedTime = undefined;
    });
  }

  #onKey(event: KeyboardEvent): void {
    const last = this.#chart.times.length - 1;
    const currentIndex = this.#uplot.cursor.idx ?? last;
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
    const { times } = this.#chart;
    this.#pinnedTime = times[Math.max(0, Math.min(times.length - 1, index))];
    this.#applyPinnedTime();
  }

  /**
   * Restores the cursor after uPlot has drawn. uPlot draws in a microtask, so the cursor is restored in a later
   * microtask.
   */
  #restoreCursor(): void {
    queueMicrotask(() => {
      if (this.#pinnedTime === undefined) {
        this.#notifyCursor(this.#uplot);
      } else {
        this.#applyPinnedTime();
      }
    });
  }

  #applyPinnedTime(): void {
    if (this.#pinnedTime !== undefined) {
      this.#uplot.setCursor({ left: this.#uplot.valToPos(this.#pinnedTime, 'x'), top: 0 });
    }
  }

  #hideCursor(): void {
    this.#pinnedTime = undefined;
    this.#uplot.setCursor({ left: -10, top: -10 });
  }

  #notifyCursor({ cursor: { idx, left = -1 } }: uPlot): void {
    this.#onCursor(left < 0 ? null : (idx ?? null));
  }
}
