import type { PageChart } from '../protocol.ts';
import { createCollapsible } from './collapsible.ts';
import { createElement, setText } from './dom.ts';
import { formatTimestamp, formatRate, formatRows, isSameDay } from './format.ts';
import { createListUpdater, createText, type Component } from './component.ts';
import { Plot } from './Plot.ts';

/** How it went: rows and rows per second over time, what to read off at a moment, and the same as a table. */
export function createChartSection(): Component<PageChart> {
  const heading = createElement('h2');
  const emptyNote = createElement('p', { class: 'note' });
  const rows = createReading('rows');
  const time = createReading('time');
  const rate = createReading('rate');
  const readings = createElement('dl', { class: 'readings' }, rows.element, time.element, rate.element);
  const plotContainer = createElement('div', { class: 'plot' });
  const legend = createElement('ul', { class: 'legend' });
  const updateLegend = createListUpdater(legend, createLegendEntry);
  const table = createDataTable();
  const chartContent = createElement('div', {}, readings, plotContainer, legend, table.element);

  let chart: PageChart | undefined;
  const plot = new Plot(plotContainer, (index) => {
    if (chart !== undefined) {
      showValuesAt(chart, index);
    }
  });

  /** Shows what is at the cursor; where there is none, the last that is known. */
  function showValuesAt(shownChart: PageChart, index: number | null): void {
    const pointIndex = index ?? shownChart.times.length - 1;
    const values = formatPoint(shownChart, pointIndex);
    time.show(shownChart.labels.time, values.time);
    rows.show(shownChart.labels.rows, values.rows);
    rate.show(shownChart.labels.rate, values.rate);
    const entries = createLegendEntries(
      shownChart,
      index === null ? undefined : shownChart.times[pointIndex],
    );
    updateLegend(entries);
    const activeTexts = entries.filter(({ isAtCursor }) => isAtCursor).map(({ text }) => text);
    const { labels } = shownChart;
    plot.describeCursor(
      pointIndex,
      [values.time, `${labels.rows} ${values.rows}`, `${labels.rate} ${values.rate}`, ...activeTexts].join(
        ', ',
      ),
    );
  }

  return {
    element: createElement('section', { class: 'chart' }, heading, emptyNote, chartContent),
    update: (content) => {
      chart = content;
      const isEmpty = content.times.length < 2;
      setText(heading, content.labels.title);
      setText(emptyNote, content.labels.noSamples);
      emptyNote.hidden = !isEmpty;
      chartContent.hidden = isEmpty;
      if (!isEmpty) {
        // It says where its cursor is, and that is read.
        plot.show(content);
        table.show(content);
      }
    },
  };
}

/** One of the values that are read off. */
function createReading(name: string): {
  readonly element: HTMLElement;
  show(label: string, value: string): void;
} {
  const term = createElement('dt');
  const valueElement = createElement('dd');
  return {
    element: createElement('div', { class: name }, term, valueElement),
    show: (label, value) => {
      setText(term, label);
      setText(valueElement, value);
    },
  };
}

interface LegendEntry {
  readonly kind: PageChart['spans'][number]['kind'] | 'mark';
  readonly text: string;
  /** Whether the cursor is at one of them. */
  readonly isAtCursor: boolean;
}

/** What lies behind the lines, each text once. */
function createLegendEntries({ times, spans, marks }: PageChart, cursor: number | undefined): LegendEntry[] {
  const entries = new Map<string, LegendEntry>();
  const add = (kind: LegendEntry['kind'], text: string, isAtCursor: boolean): void => {
    const key = `${kind} ${text}`;
    entries.set(key, { kind, text, isAtCursor: isAtCursor || entries.get(key)?.isAtCursor === true });
  };
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

function createLegendEntry(): Component<LegendEntry> {
  const text = createElement('span');
  const entry = createElement(
    'li',
    {},
    createElement('span', { class: 'swatch', 'aria-hidden': 'true' }),
    text,
  );
  return {
    element: entry,
    update: (content) => {
      entry.dataset['kind'] = content.kind;
      entry.classList.toggle('here', content.isAtCursor);
      setText(text, content.text);
    },
  };
}

interface PointTexts {
  readonly time: string;
  readonly rows: string;
  readonly rate: string;
}

function formatPoint({ times, rows, rates }: PageChart, index: number): PointTexts {
  const withDay = !isSameDay(times[0] ?? 0, times.at(-1) ?? 0);
  const rate = rates[index] ?? null;
  return {
    time: formatTimestamp(times[index] ?? 0, withDay),
    rows: formatRows(rows[index] ?? 0),
    rate: rate === null ? '–' : formatRate(rate),
  };
}

/** The same as a table, filled while it is open. */
function createDataTable(): { readonly element: HTMLElement; show(chart: PageChart): void } {
  const heading = createElement('span');
  const columns = createElement('tr');
  const body = createElement('tbody');
  const table = createElement('table', {}, createElement('thead', {}, columns), body);
  const scrollContainer = createElement(
    'div',
    { class: 'scroll data', role: 'region', tabindex: '0' },
    table,
  );
  const updateColumns = createListUpdater(columns, () => createText('th', { scope: 'col' }));
  const updateRows = createListUpdater(body, createDataRow);
  let chart: PageChart | undefined;
  const updateIfOpen = (): void => {
    if (chart !== undefined && details.isOpen) {
      const shownChart = chart;
      const { labels, times } = shownChart;
      scrollContainer.setAttribute('aria-label', labels.asTable);
      updateColumns([labels.time, labels.rows, labels.rate]);
      updateRows(times.map((_, index) => formatPoint(shownChart, index)));
    }
  };
  const details = createCollapsible({
    name: 'data',
    heading,
    content: scrollContainer,
    onOpen: updateIfOpen,
  });
  return {
    element: details.element,
    show: (shownChart) => {
      chart = shownChart;
      setText(heading, shownChart.labels.asTable);
      updateIfOpen();
    },
  };
}

function createDataRow(): Component<PointTexts> {
  const row = createElement('tr');
  const updateCells = createListUpdater(row, () => createText('td'));
  return {
    element: row,
    update: ({ time, rows, rate }) => {
      updateCells([time, rows, rate]);
    },
  };
}
