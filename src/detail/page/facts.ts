import { html, type TemplateResult } from 'lit';
import type { BackfillPage } from '../protocol.ts';
import { renderList } from './templates.ts';

type Fact = BackfillPage['facts'][number];

/** The main figures of the backfill, such as its rate. */
export function renderFigures(figures: readonly Fact[]): TemplateResult {
  return renderFactList('figures', figures);
}

/** Every field of the API's response. */
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
