import type { PageChart } from '../protocol.ts';
import { collapsible } from './collapsible.ts';
import { element, setText } from './dom.ts';
import { formatMoment, formatRate, formatRows, isOneDay } from './format.ts';
import { drawingList, textPart, type Part } from './part.ts';
import { Plot } from './Plot.ts';

/** How it went: rows and rows per second over time, what to read off at a moment, and the same as a table. */
export function chartPart(): Part<PageChart> {
  const heading = element('h2');
  const none = element('p', { class: 'note' });
  const rows = reading('rows');
  const time = reading('time');
  const rate = reading('rate');
  const readings = element('dl', { class: 'readings' }, rows.element, time.element, rate.element);
  const place = element('div', { class: 'plot' });
  const legend = element('ul', { class: 'legend' });
  const drawLegend = drawingList(legend, legendEntry);
  const table = dataTable();
  const drawn = element('div', {}, readings, place, legend, table.element);

  let chart: PageChart | undefined;
  const plot = new Plot(place, (index) => {
    if (chart !== undefined) {
      read(chart, index);
    }
  });

  /** Shows what is at the cursor; where there is none, the last that is known. */
  function read(shown: PageChart, index: number | null): void {
    const at = index ?? shown.times.length - 1;
    const values = pointTexts(shown, at);
    time.show(shown.labels.time, values.time);
    rows.show(shown.labels.rows, values.rows);
    rate.show(shown.labels.rate, values.rate);
    const entries = legendOf(shown, index === null ? undefined : shown.times[at]);
    drawLegend(entries);
    const here = entries.filter(({ isHere }) => isHere).map(({ text }) => text);
    const { labels } = shown;
    plot.describe(
      at,
      [values.time, `${labels.rows} ${values.rows}`, `${labels.rate} ${values.rate}`, ...here].join(', '),
    );
  }

  return {
    element: element('section', { class: 'chart' }, heading, none, drawn),
    update: (content) => {
      chart = content;
      const isEmpty = content.times.length < 2;
      setText(heading, content.labels.title);
      setText(none, content.labels.none);
      none.hidden = !isEmpty;
      drawn.hidden = isEmpty;
      if (!isEmpty) {
        // It says where its cursor is, and that is read.
        plot.show(content);
        table.show(content);
      }
    },
  };
}

/** One of the values that are read off. */
function reading(name: string): { readonly element: HTMLElement; show(label: string, value: string): void } {
  const term = element('dt');
  const shown = element('dd');
  return {
    element: element('div', { class: name }, term, shown),
    show: (label, value) => {
      setText(term, label);
      setText(shown, value);
    },
  };
}

interface LegendEntry {
  readonly kind: PageChart['spans'][number]['kind'] | 'mark';
  readonly text: string;
  /** Whether the cursor is at one of them. */
  readonly isHere: boolean;
}

/** What lies behind the lines, each text once. */
function legendOf({ times, spans, marks }: PageChart, cursor: number | undefined): LegendEntry[] {
  const entries = new Map<string, LegendEntry>();
  const add = (kind: LegendEntry['kind'], text: string, isHere: boolean): void => {
    const key = `${kind} ${text}`;
    entries.set(key, { kind, text, isHere: isHere || entries.get(key)?.isHere === true });
  };
  for (const { kind, text, from, to } of spans) {
    add(kind, text, cursor !== undefined && from <= cursor && cursor <= (to ?? Infinity));
  }
  const closest = (at: number): number =>
    times.reduce((best, time) => (Math.abs(time - at) < Math.abs(best - at) ? time : best), Infinity);
  for (const { at, text } of marks) {
    add('mark', text, cursor !== undefined && closest(at) === cursor);
  }
  return [...entries.values()];
}

function legendEntry(): Part<LegendEntry> {
  const text = element('span');
  const entry = element('li', {}, element('span', { class: 'swatch', 'aria-hidden': 'true' }), text);
  return {
    element: entry,
    update: (content) => {
      entry.dataset['kind'] = content.kind;
      entry.classList.toggle('here', content.isHere);
      setText(text, content.text);
    },
  };
}

interface PointTexts {
  readonly time: string;
  readonly rows: string;
  readonly rate: string;
}

function pointTexts({ times, rows, rates }: PageChart, index: number): PointTexts {
  const withDay = !isOneDay(times[0] ?? 0, times.at(-1) ?? 0);
  const rate = rates[index] ?? null;
  return {
    time: formatMoment(times[index] ?? 0, withDay),
    rows: formatRows(rows[index] ?? 0),
    rate: rate === null ? '–' : formatRate(rate),
  };
}

/** The same as a table, filled while it is open. */
function dataTable(): { readonly element: HTMLElement; show(chart: PageChart): void } {
  const heading = element('span');
  const columns = element('tr');
  const body = element('tbody');
  const table = element('table', {}, element('thead', {}, columns), body);
  const scrolled = element('div', { class: 'scroll data', role: 'region', tabindex: '0' }, table);
  const drawColumns = drawingList(columns, () => textPart('th', { scope: 'col' }));
  const drawRows = drawingList(body, dataRow);
  let chart: PageChart | undefined;
  const fill = (): void => {
    if (chart !== undefined && details.isOpen) {
      const shown = chart;
      const { labels, times } = shown;
      scrolled.setAttribute('aria-label', labels.asTable);
      drawColumns([labels.time, labels.rows, labels.rate]);
      drawRows(times.map((_, index) => pointTexts(shown, index)));
    }
  };
  const details = collapsible({ name: 'data', heading, content: scrolled, onOpen: fill });
  return {
    element: details.element,
    show: (shown) => {
      chart = shown;
      setText(heading, shown.labels.asTable);
      fill();
    },
  };
}

function dataRow(): Part<PointTexts> {
  const row = element('tr');
  const draw = drawingList(row, () => textPart('td'));
  return {
    element: row,
    update: ({ time, rows, rate }) => {
      draw([time, rows, rate]);
    },
  };
}
