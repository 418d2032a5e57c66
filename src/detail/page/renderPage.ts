import { html, nothing, type TemplateResult } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import type { BackfillPage, Page, PageContent, PageNotice, SinkPage } from '../protocol.ts';
import { renderBackfillTable } from './backfillTable.ts';
import { renderButton, renderButtons } from './buttons.ts';
import {
  renderChecks,
  renderDiagnosis,
  renderFacts,
  renderFigures,
  renderHeader,
  renderJson,
  renderProgress,
  renderTimeline,
} from './sections.ts';
import { renderIcon } from './templates.ts';

/**
 * Renders the whole page. Each backfill or sink gets new elements, so that the focus, the selection and the animations
 * of the previous one don't carry over.
 * @param key identifies the backfill or the sink
 * @param announcement what screen readers announce when it changes
 * @param chart the element of the chart
 */
export function renderPage(
  { page, notice }: PageContent,
  key: string,
  announcement: string,
  chart: HTMLElement,
): TemplateResult {
  return html`<main
    tabindex="-1"
    data-state=${page?.state.id ?? nothing}
    data-notice=${notice?.severity ?? nothing}
  >
    ${renderNotice(notice, page === null)}${page === null ? nothing : keyed(key, renderContent(page, chart))}
    <p class="visually-hidden" aria-live="polite" .textContent=${announcement}></p>
  </main>`;
}

/**
 * Renders a message above the content, for example that the content is stale. Without content, the message is the
 * heading of the page. Screen readers announce text that is added to an existing `role="status"`, so the element is
 * rendered even if there is no notice.
 */
function renderNotice(notice: PageNotice | null, isOnlyContent: boolean): TemplateResult {
  return html`<div
    class=${isOnlyContent ? 'notice alone' : 'notice'}
    role="status"
    data-severity=${notice?.severity ?? nothing}
    ?hidden=${notice === null}
  >
    ${notice === null ? nothing : renderNoticeContent(notice, isOnlyContent)}
  </div>`;
}

function renderNoticeContent({ text, severity, action }: PageNotice, isOnlyContent: boolean): TemplateResult {
  const kind = isOnlyContent ? 'primary' : 'secondary';
  return html`${renderIcon(severity)}${isOnlyContent ? html`<h1>${text}</h1>` : html`<p>${text}</p>`}
  ${action === null ? nothing : renderButton({ ...action, icon: '', kind, enabled: true })}`;
}

function renderContent(page: Page, chart: HTMLElement): TemplateResult {
  return page.kind === 'backfill' ? renderBackfill(page, chart) : renderSink(page);
}

function renderBackfill(page: BackfillPage, chart: HTMLElement): TemplateResult {
  const { timeline, runs, facts, labels } = page;
  return html`
    ${renderHeader(page)} ${renderDiagnosis(page)} ${renderProgress(page)} ${renderOverview(page)}
    <div class="columns">
      <div>
        ${chart} ${timeline.length === 0 ? nothing : renderTimeline(timeline, labels.timeline)}
        ${renderBackfillTable(runs, labels.runs, labels.openRun)}
      </div>
      <div>${facts.length === 0 ? nothing : renderFacts(facts, labels.facts)} ${renderJson(page)}</div>
    </div>
  `;
}

function renderSink(page: SinkPage): TemplateResult {
  const { backfills, tables, destination, settings, labels } = page;
  return html`
    ${renderHeader(page)} ${renderDiagnosis(page)} ${renderOverview(page)}
    <div class="columns">
      <div>
        ${renderBackfillTable(backfills, labels.backfills, labels.openBackfill)}
        ${tables === null ? nothing : renderBackfillTable(tables, labels.tables, labels.openBackfill)}
      </div>
      <div class="settings">
        ${renderFacts(destination, labels.destination)} ${renderFacts(settings, labels.settings)}
      </div>
    </div>
  `;
}

/** Renders the figures, the buttons and the health checks. Leaves out a part that is empty. */
function renderOverview({ figures, buttons, checks, labels }: Page): TemplateResult {
  // The button that copies the JSON is in the JSON section.
  const shownButtons = buttons.filter(({ id }) => id !== 'copyAsJson');
  return html`
    ${figures.length === 0 ? nothing : renderFigures(figures)}
    ${shownButtons.length === 0 ? nothing : renderButtons(shownButtons)}
    ${checks.length === 0 ? nothing : renderChecks(checks, labels.checks)}
  `;
}
