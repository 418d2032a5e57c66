import { html, nothing, type TemplateResult } from 'lit';
import { getStatusIcon } from '../../text/icons.ts';
import type { BackfillPage } from '../protocol.ts';
import { renderIcon, renderList } from './templates.ts';
import { send } from './vscode.ts';

type Run = BackfillPage['runs']['rows'][number];

/** The backfills of the same table, including the current one. */
export function renderRuns({ runs, labels }: BackfillPage): TemplateResult {
  const { summary, columns, rows, note, showAll } = runs;
  return html`<section class="runs">
    <h2>${labels.runs}</h2>
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
            ({ backfillId }) => backfillId,
            (run) => renderRun(run, labels.openRun),
          )}
        </tbody>
      </table>
    </div>
    ${note ? html`<p class="note">${note}</p>` : nothing} ${showAll ? renderShowAll(showAll) : nothing}
  </section>`;
}

function renderShowAll(label: string): TemplateResult {
  const onClick = (): void => {
    send({ type: 'run', action: 'showAllRuns' });
  };
  return html`<button type="button" class="link" @click=${onClick}>${label}</button>`;
}

function renderRun(run: Run, openRun: string): TemplateResult {
  const [first = '', ...others] = run.cells;
  const label = run.isCurrent ? html`<span>${first}</span>` : renderLink(run, first, openRun);
  return html`<tr data-state=${run.state} aria-current=${run.isCurrent ? 'true' : nothing}>
    <td>${renderIcon(getStatusIcon(run.state))}${label}</td>
    ${others.map((cell) => html`<td>${cell}</td>`)}
  </tr>`;
}

/** A link to the page of another run. Its accessible name contains the visible text. */
function renderLink({ backfillId }: Run, text: string, openRun: string): TemplateResult {
  const onClick = (): void => {
    send({ type: 'openRun', backfillId });
  };
  return html`<button
    type="button"
    class="link"
    title=${openRun}
    aria-label="${text}, ${openRun}"
    @click=${onClick}
  >
    ${text}
  </button>`;
}
