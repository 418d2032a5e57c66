import { html, nothing, type TemplateResult } from 'lit';
import type { BackfillPage, ExtensionMessage } from '../protocol.ts';
import { renderButtons } from './buttons.ts';
import { renderChecks, renderDiagnosis } from './diagnosis.ts';
import { renderFacts, renderFigures } from './facts.ts';
import { renderHeader } from './header.ts';
import { renderJson } from './json.ts';
import { renderNotice } from './notice.ts';
import { renderProgress } from './progress.ts';
import { renderRuns } from './runs.ts';
import { renderTimeline } from './timeline.ts';

/** The content of the page. */
export type PageContent = Omit<ExtensionMessage, 'type'>;

/** The whole page. `announcement` is what screen readers announce when it changes, and `chart` the chart's element. */
export function renderPage(
  { page, notice }: PageContent,
  announcement: string,
  chart: HTMLElement,
): TemplateResult {
  return html`<main data-state=${page?.state.id ?? nothing} data-notice=${notice?.severity ?? nothing}>
    ${renderNotice(notice, page === null)}${page === null ? nothing : renderBackfill(page, chart)}
    <p class="visually-hidden" aria-live="polite" .textContent=${announcement}></p>
  </main>`;
}

function renderBackfill(page: BackfillPage, chart: HTMLElement): TemplateResult {
  const { figures, diagnosis, checks, timeline, facts, labels } = page;
  // The JSON section has the button that copies it.
  const buttons = page.buttons.filter(({ id }) => id !== 'copyAsJson');
  return html`
    ${renderHeader(page)} ${diagnosis === null ? nothing : renderDiagnosis(diagnosis)} ${renderProgress(page)}
    ${figures.length === 0 ? nothing : renderFigures(figures)}
    ${buttons.length === 0 ? nothing : renderButtons(buttons)}
    ${checks.length === 0 ? nothing : renderChecks(checks, labels.checks)}
    <div class="columns">
      <div>
        ${chart} ${timeline.length === 0 ? nothing : renderTimeline(timeline, labels.timeline)}
        ${renderRuns(page)}
      </div>
      <div>${facts.length === 0 ? nothing : renderFacts(facts, labels.facts)} ${renderJson(page)}</div>
    </div>
  `;
}
