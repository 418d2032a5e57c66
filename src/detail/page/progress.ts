import { html, nothing, type TemplateResult } from 'lit';
import type { BackfillPage } from '../protocol.ts';

/**
 * The progress as a percentage, as a number of rows and as a bar. The bar is indeterminate while an active backfill's
 * rows are not counted. It is the browser's own element, which `page.css` gives the color of the state, and stops while the
 * data is stale.
 */
export function renderProgress({ fraction, percent, progress, state, labels }: BackfillPage): TemplateResult {
  const isHidden = fraction === null && state.id !== 'active';
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
