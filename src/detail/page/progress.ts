import { html, nothing, type TemplateResult } from 'lit';
import type { BackfillPage } from '../protocol.ts';

/**
 * Renders the progress as a percentage, as a number of rows and as a bar. While the fraction is unknown, the
 * bar is indeterminate if the backfill is counting or running, and hidden otherwise. `page.css` gives the bar the color of the state, and stops its animation while the
 * data is stale, which `vscode-progress-bar` doesn't do.
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
