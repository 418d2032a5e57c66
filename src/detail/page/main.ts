import { receiveInPage, type BackfillPage, type ToPage } from '../protocol.ts';
import { buttonsPart } from './buttons.ts';
import { chartPart } from './chart.ts';
import { checksPart, diagnosisPart } from './diagnosis.ts';
import { element, setAttribute } from './dom.ts';
import { factsPart, figuresPart } from './facts.ts';
import { headPart } from './head.ts';
import { jsonPart } from './json.ts';
import { noticePart } from './notice.ts';
import { drawing, type Part } from './part.ts';
import { progressPart } from './progress.ts';
import { runsPart } from './runs.ts';
import { speaking } from './spoken.ts';
import { timelinePart } from './timeline.ts';
import { keep, lastKept, send } from './vscode.ts';

// The browser side of a backfill's page: draws what it is sent, part by part, and says what was pressed.

const main = document.querySelector('main') ?? document.body;
const spoken = speaking();
// Where there is room for it, what happened stands beside what is known.
const story = element('div');
const details = element('div');
const columns = element('div', { class: 'columns' }, story, details);

function place<T>(where: HTMLElement, part: Part<T>): (content: T | null) => void {
  where.append(part.element);
  return drawing(part);
}

// The order of the page.
main.append(spoken.element);
const drawNotice = place(main, noticePart());
const drawHead = place(main, headPart());
const drawProgress = place(main, progressPart());
const drawFigures = place(main, figuresPart());
const drawButtons = place(main, buttonsPart());
const drawDiagnosis = place(main, diagnosisPart());
const drawChecks = place(main, checksPart());
main.append(columns);
const drawChart = place(story, chartPart());
const drawTimeline = place(story, timelinePart());
const drawRuns = place(story, runsPart());
const drawFacts = place(details, factsPart());
const drawJson = place(details, jsonPart());

let isFirst = true;

function show({ page, notice }: ToPage): void {
  setAttribute(main, 'data-state', page?.state.id ?? null);
  setAttribute(main, 'data-notice', notice?.severity ?? null);
  columns.hidden = page === null;
  document.title = page?.title ?? notice?.text ?? '';

  drawNotice(notice && { ...notice, alone: page === null });
  drawPage(page);

  if (page !== null && isFirst) {
    isFirst = false;
    // Its buttons draw themselves at the end of the task.
    requestAnimationFrame(() => {
      window.scrollTo(0, lastKept().scrolled);
    });
  }
}

function drawPage(page: BackfillPage | null): void {
  drawHead(page && pick(page, 'title', 'subtitle', 'state', 'underWay'));
  drawProgress(
    page && {
      ...pick(page, 'fraction', 'percent', 'progress'),
      label: page.labels.progress,
      active: page.state.id === 'active',
    },
  );
  drawFigures(filled(page?.figures));
  drawButtons(filled(page?.buttons.filter(({ id }) => id !== 'copyAsJson')));
  drawDiagnosis(page?.diagnosis ?? null);
  drawChecks(page && filled(page.checks) && { label: page.labels.checks, checks: page.checks });
  drawChart(page?.chart ?? null);
  drawTimeline(page && filled(page.timeline) && { label: page.labels.timeline, entries: page.timeline });
  drawRuns(page && { label: page.labels.runs, openRun: page.labels.openRun, runs: page.runs });
  drawFacts(page && filled(page.facts) && { label: page.labels.facts, facts: page.facts });
  drawJson(
    page && {
      label: page.labels.json,
      json: page.json,
      copy: page.buttons.find(({ id }) => id === 'copyAsJson') ?? null,
    },
  );
  if (page !== null) {
    spoken.say(page.spoken);
  }
}

/** A list with something in it, or null. */
function filled<T>(list: readonly T[] | undefined): readonly T[] | null {
  return list === undefined || list.length === 0 ? null : list;
}

function pick<T, K extends keyof T>(from: T, ...keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  receiveInPage(data, { show });
});
window.addEventListener('scrollend', () => {
  keep({ scrolled: window.scrollY });
});
send({ type: 'ready' });
