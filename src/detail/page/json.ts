import { html, nothing, type TemplateResult } from 'lit';
import type { BackfillPage } from '../protocol.ts';
import { renderButton } from './buttons.ts';
import { renderCollapsible } from './collapsible.ts';

/** Renders the API's response as JSON, and the button that copies it. */
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
