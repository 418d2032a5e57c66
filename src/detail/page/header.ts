import { html, nothing, type TemplateResult } from 'lit';
import type { Page } from '../protocol.ts';
import { renderIcon } from './templates.ts';

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
