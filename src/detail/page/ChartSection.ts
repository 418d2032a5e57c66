import { html, nothing, render, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { deepEqual } from '../../shared/deepEqual.ts';
import { lazyAsync } from '../../shared/lazy.ts';
import type { PageChart } from '../protocol.ts';
import { isOpen, renderCollapsible } from './collapsible.ts';
import { formatRate, formatRows, formatTimestamp, isSameDay } from './format.ts';
import { Plot } from './Plot.ts';

/** The time until the plot library is requested again after a failure, in milliseconds. */
const retryDelayMs = 30_000;

/** Rows and rows per second over time: a plot, the values at its cursor, a legend, and the same data as a table. */
export class ChartSection {
  readonly element = document.createElement('section');
  readonly #plotContainer = document.createElement('div');
  /** Loads the plot library after the page's first frame, so that the frame doesn't wait for the library. */
  readonly #loadLibrary = lazyAsync(async () => {
    await new Promise(requestAnimationFrame);
    return (await import('uplot')).default;
  });
  #plot: Plot | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #chart: PageChart | undefined;
  /** The index of the point at the cursor; null without a cursor. */
  #cursorIndex: number | null = null;

  constructor() {
    this.element.className = 'chart';
    this.#plotContainer.className = 'plot';
  }

  /** Shows a chart. The element must be in the document, because the plot takes its size from it. */
  show(chart: PageChart): void {
    if (this.#plot !== undefined && deepEqual(chart, this.#chart)) {
      return;
    }
    this.#chart = chart;
    this.#render();
    if (hasPlot(chart) && this.#retry === undefined) {
      void this.#showPlot();
    }
  }

  async #showPlot(): Promise<void> {
    let UPlot;
    try {
      UPlot = await this.#loadLibrary();
    } catch {
      // A remote window may be offline. Until the library is loaded, the page shows the values without a plot.
      this.#plotContainer.hidden = true;
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined;
        void this.#showPlot();
      }, retryDelayMs);
      return;
    }
    this.#plotContainer.hidden = false;
    // By now, the page may show a sink, which has no chart.
    if (this.element.isConnected && this.#chart !== undefined && hasPlot(this.#chart)) {
      this.#plot ??= new Plot(UPlot, this.#plotContainer, this.#chart, (index) => {
        this.#cursorIndex = index;
        this.#render();
      });
      // This call also reports the position of the cursor to the callback above.
      this.#plot.show(this.#chart);
    }
  }

  #render(): void {
    const chart = this.#chart;
    if (chart === undefined) {
      return;
    }
    const { labels, times } = chart;
    const isEmpty = !hasPlot(chart);
    const { time, rows, rate } = formatReadings(chart, this.#cursorIndex);
    const legend = createLegendEntries(chart, this.#cursorIndex);
    const template = html`<h2>${labels.title}</h2>
      <p class="note" ?hidden=${!isEmpty}>${labels.noSamples}</p>
      <div ?hidden=${isEmpty}>
        <dl class="readings">
          ${renderReading('rows', labels.rows, rows)} ${renderReading('time', labels.time, time)}
          ${hasRates(chart) ? renderReading('rate', labels.rate, rate) : nothing}
        </dl>
        ${this.#plotContainer}
        <ul class="legend">
          ${legend.map(renderLegendEntry)}
        </ul>
        ${this.#renderDataTable(chart)}
      </div>`;
    render(template, this.element);
    const textsAtCursor = legend.flatMap(({ isAtCursor, text }) => (isAtCursor ? [text] : []));
    this.#plot?.describeCursor(
      this.#cursorIndex ?? times.length - 1,
      [time, `${labels.rows} ${rows}`, `${labels.rate} ${rate}`, ...textsAtCursor].join(', '),
    );
  }

  /** Renders the data as a table. Its many rows are in the document only while the section is open. */
  #renderDataTable(chart: PageChart): TemplateResult {
    const { labels } = chart;
    const table = html`<table>
      <thead>
        <tr>
          ${[labels.time, labels.rows, labels.rate, ...chart.otherLines.map(({ text }) => text)].map(
            (label) => html`<th scope="col">${label}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${isOpen('data') ? guard([chart], () => renderDataRows(chart)) : nothing}
      </tbody>
    </table>`;
    return renderCollapsible({
      name: 'data',
      heading: html`<span>${labels.asTable}</span>`,
      content: html`<div class="scroll data" role="region" tabindex="0" aria-label=${labels.asTable}>
        ${table}
      </div>`,
      onToggle: () => {
        this.#render();
      },
    });
  }
}

/** Whether there is a line to draw: at least two points with different values. */
function hasPlot({ rows }: PageChart): boolean {
  return new Set(rows).size >= 2;
}

/** Whether any rate is known. No rate is known if the backfill was never observed while it ran. */
function hasRates({ rates, currentRate }: PageChart): boolean {
  return currentRate !== null || rates.some((rate) => rate !== null);
}

function renderReading(name: string, label: string, value: string): TemplateResult {
  return html`<div class=${name}>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;
}

interface LegendEntry {
  readonly kind: PageChart['spans'][number]['kind'] | PageChart['otherLines'][number]['kind'] | 'mark';
  readonly text: string;
  /** Whether the cursor is at a span or a mark with this text, or at a point where the line has a value. */
  readonly isAtCursor: boolean;
}

/**
 * Creates legend entries for the deliveries, the previous run, and the spans and marks behind the lines. Spans or marks
 * with the same text share an entry.
 */
function createLegendEntries(chart: PageChart, cursorIndex: number | null): LegendEntry[] {
  const { times, spans, marks, otherLines } = chart;
  const cursor = cursorIndex === null ? undefined : times[cursorIndex];
  const entries = new Map<string, LegendEntry>();
  const add = (kind: LegendEntry['kind'], text: string, isAtCursor: boolean): void => {
    const key = `${kind} ${text}`;
    entries.set(key, { kind, text, isAtCursor: isAtCursor || entries.get(key)?.isAtCursor === true });
  };
  for (const { kind, text, values } of otherLines) {
    const value = cursorIndex === null ? null : (values[cursorIndex] ?? null);
    add(kind, value === null ? text : `${text}: ${formatRows(value)}`, value !== null);
  }
  for (const { kind, text, from, to } of spans) {
    add(kind, text, cursor !== undefined && from <= cursor && cursor <= (to ?? Infinity));
  }
  const findClosestTime = (at: number): number =>
    times.reduce(
      (closest, time) => (Math.abs(time - at) < Math.abs(closest - at) ? time : closest),
      Infinity,
    );
  for (const { time, text } of marks) {
    add('mark', text, cursor !== undefined && findClosestTime(time) === cursor);
  }
  return [...entries.values()];
}

function renderLegendEntry({ kind, text, isAtCursor }: LegendEntry): TemplateResult {
  return html`<li data-kind=${kind} class=${isAtCursor ? 'at-cursor' : ''}>
    <span class="swatch" aria-hidden="true"></span><span>${text}</span>
  </li>`;
}

type PointTexts = Readonly<Record<'time' | 'rows' | 'rate', string>>;

/**
 * Formats the values at the cursor. Without a cursor, these are the values of the last point, but with the current rate
 * or, while that is unknown, the last known rate of the chart: the rate of the newest rows is known only once the next
 * rows arrive.
 */
function formatReadings(chart: PageChart, cursorIndex: number | null): PointTexts {
  if (cursorIndex !== null) {
    return formatPoint(chart, cursorIndex);
  }
  const { rates, currentRate } = chart;
  const lastRate = currentRate ?? rates.findLast((rate) => rate !== null) ?? null;
  return {
    ...formatPoint(chart, rates.length - 1),
    ...(lastRate !== null && { rate: formatRate(lastRate) }),
  };
}

function formatPoint({ times, rows, rates }: PageChart, index: number): PointTexts {
  const includesDate = !isSameDay(times[0] ?? 0, times.at(-1) ?? 0);
  return {
    time: formatTimestamp(times[index] ?? 0, includesDate),
    rows: formatRows(rows[index] ?? 0),
    rate: formatUnlessUnknown(rates[index], formatRate),
  };
}

function formatUnlessUnknown(value: number | null | undefined, format: (value: number) => string): string {
  return value == null ? '–' : format(value);
}

function renderDataRows(chart: PageChart): TemplateResult[] {
  return chart.times.map((_, index) => {
    const { time, rows, rate } = formatPoint(chart, index);
    const others = chart.otherLines.map(({ values }) => formatUnlessUnknown(values[index], formatRows));
    return html`<tr>
      ${[time, rows, rate, ...others].map((text) => html`<td>${text}</td>`)}
    </tr>`;
  });
}
