import { html, nothing, type TemplateResult } from 'lit';
import type { Page } from '../protocol.ts';
import { renderButtons } from './buttons.ts';
import { renderIcon, renderList } from './templates.ts';

type Check = Page['checks'][number];

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

/** Renders the health checks of the sink. A check with an error is on a separate line. */
export function renderChecks(checks: readonly Check[], heading: string): TemplateResult {
  return html`<section>
    <h2>${heading}</h2>
    <ul class="checks">
      ${renderList(checks, ({ name }) => name, renderCheck)}
    </ul>
  </section>`;
}

function renderCheck({ name, status, icon, statusName, error }: Check): TemplateResult {
  return html`<li data-status=${status}>
    ${renderIcon(icon)}<bdi class="name">${name}</bdi>
    <bdi class="status">${statusName}</bdi>${error ? html`<p><bdi>${error}</bdi></p>` : nothing}
  </li>`;
}
