import { stateIcon } from '../icons.ts';
import type { BackfillPage } from '../protocol.ts';
import { createElement, createIcon, setAttribute, setIcon, setText, setTextOrHide } from './dom.ts';
import { createListUpdater, createText, type Component } from './component.ts';
import { send } from './vscode.ts';

type Runs = BackfillPage['runs'];
type Run = Runs['rows'][number];

/** What the list of runs shows. */
export interface RunsContent {
  readonly label: string;
  /** What a run's link does. */
  readonly openRun: string;
  readonly runs: Runs;
}

/** The runs of the same table, this one among them. */
export function createRunsSection(): Component<RunsContent> {
  const heading = createElement('h2');
  const summary = createElement('p', { class: 'summary' });
  const note = createElement('p', { class: 'note' });
  const columns = createElement('tr');
  const rows = createElement('tbody');
  const table = createElement('table', {}, createElement('thead', {}, columns), rows);
  const box = createElement('div', { class: 'scroll' }, table);
  const updateColumns = createListUpdater(columns, () => createText('th', { scope: 'col' }));
  const updateRows = createListUpdater(rows, createRunRow, ({ run }) => run.backfillId);
  return {
    element: createElement('section', { class: 'runs' }, heading, summary, box, note),
    update: ({ label, openRun, runs }) => {
      setText(heading, label);
      setTextOrHide(summary, runs.summary);
      setTextOrHide(note, runs.note);
      box.hidden = runs.rows.length === 0;
      updateColumns(runs.columns);
      updateRows(runs.rows.map((run) => ({ run, openRun })));
    },
  };
}

function createRunRow(): Component<{ readonly run: Run; readonly openRun: string }> {
  const row = createElement('tr');
  const updateCells = createListUpdater<Cell>(row, ({ linkTarget }) =>
    linkTarget === null ? createTextCell() : createLinkCell(),
  );
  return {
    element: row,
    update: ({ run, openRun }) => {
      row.dataset['state'] = run.state;
      setAttribute(row, 'aria-current', run.isCurrent ? 'true' : null);
      updateCells(
        run.cells.map((text, index) => ({ text, linkTarget: index === 0 ? { run, openRun } : null })),
      );
    },
  };
}

interface Cell {
  readonly text: string;
  /** The run that the cell leads to; only the first one does. */
  readonly linkTarget: { readonly run: Run; readonly openRun: string } | null;
}

function createTextCell(): Component<Cell> {
  const cell = createElement('td');
  return {
    element: cell,
    update: ({ text }) => {
      setText(cell, text);
    },
  };
}

/** How the run ended as an icon, and a link to its page: all but this one have one. */
function createLinkCell(): Component<Cell> {
  const iconElement = createIcon();
  const link = createElement('button', { type: 'button', class: 'link' });
  const currentLabel = createElement('span');
  let backfillId = '';
  link.addEventListener('click', () => {
    send({ type: 'openRun', backfillId });
  });
  return {
    element: createElement('td', {}, iconElement, link, currentLabel),
    update: ({ text, linkTarget }) => {
      if (linkTarget === null) {
        return;
      }
      const { run, openRun } = linkTarget;
      ({ backfillId } = run);
      setIcon(iconElement, stateIcon(run.state));
      link.hidden = run.isCurrent;
      currentLabel.hidden = !run.isCurrent;
      setText(run.isCurrent ? currentLabel : link, text);
      link.title = openRun;
      // What is read must hold what is seen.
      link.setAttribute('aria-label', `${text}, ${openRun}`);
    },
  };
}
