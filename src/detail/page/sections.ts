import { html, nothing, type TemplateResult } from 'lit-html';
import type { BackfillPage, Page } from '../protocol.ts';
import { renderButton, renderButtons } from './buttons.ts';
import { renderCollapsible } from './collapsible.ts';
import { renderIcon, renderList } from './templates.ts';

// The sections of the pages, except for the chart and the tables of backfills.

/** Renders the name of the table or of the sink, its destination, its state, and the pending change. */
export function renderHeader({ title, subtitle, state, pendingText }: Page): TemplateResult {
  return html`<header>
    <div class="title">
      <h1><bdi>${title}</bdi></h1>
      <p class="state">
        ${renderIcon(state.icon)}<bdi>${state.name}</bdi>${pendingText ? renderPending(pendingText) : nothing}
      </p>
    </div>
    ${subtitle ? html`<p class="subtitle">${subtitle}</p>` : nothing}
  </header>`;
}

function renderPending(text: string): TemplateResult {
  return html`<span class="pending"
    >${renderIcon('loading codicon-modifier-spin')}<span>${text}</span></span
  >`;
}

/** Renders the problem of the backfill or the sink, and what the user can do. */
export function renderDiagnosis({ diagnosis }: Page): TemplateResult | typeof nothing {
  if (diagnosis === null) {
    return nothing;
  }
  const { severity, title, text, button } = diagnosis;
  return html`<section class="diagnosis" data-severity=${severity}>
    ${renderIcon(severity)}
    <div>
      <h2>${title}</h2>
      <p>${text}</p>
      ${button === null ? nothing : renderButtons([button])}
    </div>
  </section>`;
}

/** Renders the health checks of the sink. A check with an error has a line of its own. */
export function renderChecks(checks: Page['checks'], heading: string): TemplateResult {
  return html`<section>
    <h2>${heading}</h2>
    <ul class="checks">
      ${renderList(checks, ({ name }) => name, renderCheck)}
    </ul>
  </section>`;
}

function renderCheck({ name, status, icon, statusName, error }: Page['checks'][number]): TemplateResult {
  return html`<li data-status=${status}>
    ${renderIcon(icon)}<bdi class="name">${name}</bdi>
    <bdi class="status">${statusName}</bdi>${error ? html`<p><bdi>${error}</bdi></p>` : nothing}
  </li>`;
}

/**
 * Renders the progress as a percentage, as a number of rows and as a bar. While the fraction is unknown, the bar is
 * indeterminate if the backfill is counting or running, and hidden otherwise. `page.css` gives the bar the color of the
 * state, and stops its animation while the data is stale.
 */
export function renderProgress({ fraction, percent, progress, state, labels }: BackfillPage): TemplateResult {
  const isHidden = fraction === null && state.id !== 'counting' && state.id !== 'running';
  return html`<div class="progress">
    <p>
      ${percent ? html`<span class="percent">${percent}</span>` : nothing}
      <span class="rows">${progress}</span>
    </p>
    <progress
      max="1"
      value=${fraction ?? nothing}
      aria-label=${labels.progress}
      ?hidden=${isHidden}
    ></progress>
  </div>`;
}

/** Renders the key figures, such as the rate of a backfill. */
export function renderFigures(figures: Page['figures']): TemplateResult {
  return renderFactList('figures', figures);
}

/** Renders a section of labels and values. */
export function renderFacts(facts: Page['figures'], heading: string): TemplateResult {
  return html`<section>
    <h2>${heading}</h2>
    ${renderFactList('facts', facts)}
  </section>`;
}

function renderFactList(name: string, facts: Page['figures']): TemplateResult {
  return html`<dl class=${name}>${renderList(facts, ({ label }) => label, renderFact)}</dl>`;
}

function renderFact({ label, value }: Page['figures'][number]): TemplateResult {
  return html`<div>
    <dt>${label}</dt>
    <dd><bdi>${value}</bdi></dd>
  </div>`;
}

/** Renders the events of the backfill in the given order. */
export function renderTimeline(entries: BackfillPage['timeline'], heading: string): TemplateResult {
  return html`<section>
    <h2>${heading}</h2>
    <ol class="timeline">
      ${renderList(entries, ({ icon, text }) => `${icon} ${text}`, renderEntry)}
    </ol>
  </section>`;
}

function renderEntry({ icon, text, time }: BackfillPage['timeline'][number]): TemplateResult {
  return html`<li>
    ${renderIcon(icon)}<span class="text">${text}</span> <span class="time">${time}</span>
  </li>`;
}

/** Renders the API response as JSON, and the button that copies the JSON. */
export function renderJson({ json, labels, buttons }: BackfillPage): TemplateResult {
  const copyButton = buttons.find(({ id }) => id === 'copyAsJson');
  return html`<section class="json">
    ${renderCollapsible({
      name: 'json',
      heading: html`<h2>${labels.json}</h2>`,
      // Each line is an element, so that a line that doesn't change keeps its selection.
      content: html`<pre>${json.split('\n').map((line) => html`<div>${line}</div>`)}</pre>`,
    })}
    ${copyButton === undefined ? nothing : renderButton(copyButton)}
  </section>`;
}
