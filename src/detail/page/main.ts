import { handleExtensionMessage, type BackfillPage, type ExtensionMessage } from '../protocol.ts';
import { createButtonRow } from './buttons.ts';
import { createChartSection } from './chart.ts';
import { createChecksSection, createDiagnosisSection } from './diagnosis.ts';
import { createElement, setAttribute } from './dom.ts';
import { createFactsSection, createFigures } from './facts.ts';
import { createHeader } from './header.ts';
import { createJsonSection } from './json.ts';
import { createNotice } from './notice.ts';
import { createUpdater, type Component } from './component.ts';
import { createProgress } from './progress.ts';
import { createRunsSection } from './runs.ts';
import { createLiveRegion } from './liveRegion.ts';
import { createTimelineSection } from './timeline.ts';
import { saveState, getSavedState, send } from './vscode.ts';

// The browser side of a backfill's page: draws what it is sent, part by part, and says what was pressed.

const main = document.querySelector('main') ?? document.body;
const liveRegion = createLiveRegion();
// Where there is room for it, what happened stands beside what is known.
const mainColumn = createElement('div');
const detailsColumn = createElement('div');
const columns = createElement('div', { class: 'columns' }, mainColumn, detailsColumn);

function mount<T>(container: HTMLElement, part: Component<T>): (content: T | null) => void {
  container.append(part.element);
  return createUpdater(part);
}

// The order of the page.
main.append(liveRegion.element);
const updateNotice = mount(main, createNotice());
const updateHeader = mount(main, createHeader());
const updateProgress = mount(main, createProgress());
const updateFigures = mount(main, createFigures());
const updateButtons = mount(main, createButtonRow());
const updateDiagnosis = mount(main, createDiagnosisSection());
const updateChecks = mount(main, createChecksSection());
main.append(columns);
const updateChart = mount(mainColumn, createChartSection());
const updateTimeline = mount(mainColumn, createTimelineSection());
const updateRuns = mount(mainColumn, createRunsSection());
const updateFacts = mount(detailsColumn, createFactsSection());
const updateJson = mount(detailsColumn, createJsonSection());

let isFirstPage = true;

function show({ page, notice }: ExtensionMessage): void {
  setAttribute(main, 'data-state', page?.state.id ?? null);
  setAttribute(main, 'data-notice', notice?.severity ?? null);
  columns.hidden = page === null;
  document.title = page?.title ?? notice?.text ?? '';

  updateNotice(notice && { ...notice, isOnlyContent: page === null });
  updatePage(page);

  if (page !== null && isFirstPage) {
    isFirstPage = false;
    // Its buttons draw themselves at the end of the task.
    requestAnimationFrame(() => {
      window.scrollTo(0, getSavedState().scrollTop);
    });
  }
}

function updatePage(page: BackfillPage | null): void {
  updateHeader(page && pick(page, 'title', 'subtitle', 'state', 'pendingText'));
  updateProgress(
    page && {
      ...pick(page, 'fraction', 'percent', 'progress'),
      label: page.labels.progress,
      isActive: page.state.id === 'active',
    },
  );
  updateFigures(toNonEmpty(page?.figures));
  updateButtons(toNonEmpty(page?.buttons.filter(({ id }) => id !== 'copyAsJson')));
  updateDiagnosis(page?.diagnosis ?? null);
  updateChecks(page && toNonEmpty(page.checks) && { label: page.labels.checks, checks: page.checks });
  updateChart(page?.chart ?? null);
  updateTimeline(
    page && toNonEmpty(page.timeline) && { label: page.labels.timeline, entries: page.timeline },
  );
  updateRuns(page && { label: page.labels.runs, openRun: page.labels.openRun, runs: page.runs });
  updateFacts(page && toNonEmpty(page.facts) && { label: page.labels.facts, facts: page.facts });
  updateJson(
    page && {
      label: page.labels.json,
      json: page.json,
      copyButton: page.buttons.find(({ id }) => id === 'copyAsJson') ?? null,
    },
  );
  if (page !== null) {
    liveRegion.announce(page.announcement);
  }
}

/** A list with something in it, or null. */
function toNonEmpty<T>(list: readonly T[] | undefined): readonly T[] | null {
  return list === undefined || list.length === 0 ? null : list;
}

function pick<T, K extends keyof T>(from: T, ...keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  handleExtensionMessage(data, { show });
});
window.addEventListener('scrollend', () => {
  saveState({ scrollTop: window.scrollY });
});
send({ type: 'ready' });
