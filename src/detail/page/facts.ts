import { html, type TemplateResult } from 'lit';
import type { Page } from '../protocol.ts';
import { renderList } from './templates.ts';

type Fact = Page['figures'][number];

/** Renders the key figures, such as the rate of a backfill. */
export function renderFigures(figures: readonly Fact[]): TemplateResult {
  return renderFactList('figures', figures);
}

/** Renders a section of labels and values. */
export function renderFacts(facts: readonly Fact[], heading: string): TemplateResult {
  return html`<section>
    <h2>${heading}</h2>
    ${renderFactList('facts', facts)}
  </section>`;
}

function renderFactList(name: string, facts: readonly Fact[]): TemplateResult {
  return html`<dl class=${name}>${renderList(facts, ({ label }) => label, renderFact)}</dl>`;
}

function renderFact({ label, value }: Fact): TemplateResult {
  return html`<div>
    <dt>${label}</dt>
    <dd><bdi>${value}</bdi></dd>
  </div>`;
}
