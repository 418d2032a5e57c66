import { html, nothing, type TemplateResult } from 'lit-html';
import type { PageBackfillTable } from '../protocol.ts';
import { renderIcon, renderList } from './templates.ts';
import { openBackfill, runAction } from './webviewHost.ts';

type Row = PageBackfillTable['rows'][number];

/** Renders a table of backfills. `openLabel` is the description of the links in the rows. */
export function renderBackfillTable(
  { summary, columns, rows, note, showAllLabel }: PageBackfillTable,
  heading: string,
  openLabel: string,
): TemplateResult {
  return html`<section class="backfills" tabindex="-1" aria-label=${heading}>
    <h2>${heading}</h2>
    ${summary ? html`<p class="summary">${summary}</p>` : nothing}
    <div class="scroll" ?hidden=${rows.length === 0}>
      <table>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${renderList(
            rows,
            ({ backfillId, cells }) => backfillId ?? cells[0] ?? '',
            (row) => renderRow(row, openLabel),
          )}
        </tbody>
      </table>
    </div>
    ${note ? html`<p class="note">${note}</p>` : nothing}
    ${showAllLabel ? renderShowAll(showAllLabel) : nothing}
  </section>`;
}

function renderShowAll(label: string): TemplateResult {
  const onClick = (): void => {
    runAction('showAllRows');
  };
  return html`<button type="button" class="link" @click=${onClick}>${label}</button>`;
}

function renderRow(
  { backfillId, state, icon, isCurrent, fraction, cells }: Row,
  openLabel: string,
): TemplateResult {
  const [first = '', second = '', ...others] = cells;
  const label =
    isCurrent || backfillId === null ? html`<span>${first}</span>` : renderLink(backfillId, first, openLabel);
  return html`<tr data-state=${state} aria-current=${isCurrent ? 'true' : nothing}>
    <td>${renderIcon(icon)}${label}</td>
    <td>${second}${fraction === null ? nothing : renderBar(fraction)}</td>
    ${others.map((cell) => html`<td>${cell}</td>`)}
  </tr>`;
}

/** Renders a link to the page of a backfill. Its accessible name contains the visible text. */
function renderLink(backfillId: string, text: string, openLabel: string): TemplateResult {
  const onClick = (): void => {
    openBackfill(backfillId);
  };
  return html`<button
    type="button"
    class="link"
    title=${openLabel}
    aria-label="${text}, ${openLabel}"
    @click=${onClick}
  >
    ${text}
  </button>`;
}

/** Renders the progress as a bar. Screen readers ignore the bar, because the text above it has the same meaning. */
function renderBar(fraction: number): TemplateResult {
  return html`<progress max="1" value=${fraction} aria-hidden="true"></progress>`;
}
