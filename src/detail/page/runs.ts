import { stateIcon } from '../icons.ts';
import type { BackfillPage } from '../protocol.ts';
import { element, icon, setAttribute, setIcon, setText, setTextOrHide } from './dom.ts';
import { drawingList, textPart, type Part } from './part.ts';
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
export function runsPart(): Part<RunsContent> {
  const heading = element('h2');
  const summary = element('p', { class: 'summary' });
  const note = element('p', { class: 'note' });
  const columns = element('tr');
  const rows = element('tbody');
  const table = element('table', {}, element('thead', {}, columns), rows);
  const box = element('div', { class: 'scroll' }, table);
  const drawColumns = drawingList(columns, () => textPart('th', { scope: 'col' }));
  const drawRows = drawingList(rows, runPart, ({ run }) => run.backfillId);
  return {
    element: element('section', { class: 'runs' }, heading, summary, box, note),
    update: ({ label, openRun, runs }) => {
      setText(heading, label);
      setTextOrHide(summary, runs.summary);
      setTextOrHide(note, runs.note);
      box.hidden = runs.rows.length === 0;
      drawColumns(runs.columns);
      drawRows(runs.rows.map((run) => ({ run, openRun })));
    },
  };
}

function runPart(): Part<{ readonly run: Run; readonly openRun: string }> {
  const row = element('tr');
  const draw = drawingList<Cell>(row, ({ leads }) => (leads === null ? plainCell() : leadingCell()));
  return {
    element: row,
    update: ({ run, openRun }) => {
      row.dataset['state'] = run.state;
      setAttribute(row, 'aria-current', run.isThis ? 'true' : null);
      draw(run.cells.map((text, index) => ({ text, leads: index === 0 ? { run, openRun } : null })));
    },
  };
}

interface Cell {
  readonly text: string;
  /** The run that the cell leads to; only the first one does. */
  readonly leads: { readonly run: Run; readonly openRun: string } | null;
}

function plainCell(): Part<Cell> {
  const cell = element('td');
  return {
    element: cell,
    update: ({ text }) => {
      setText(cell, text);
    },
  };
}

/** How the run ended as an icon, and a link to its page: all but this one have one. */
function leadingCell(): Part<Cell> {
  const shownIcon = icon();
  const link = element('button', { type: 'button', class: 'link' });
  const here = element('span');
  let backfillId = '';
  link.addEventListener('click', () => {
    send({ type: 'openRun', backfillId });
  });
  return {
    element: element('td', {}, shownIcon, link, here),
    update: ({ text, leads }) => {
      if (leads === null) {
        return;
      }
      const { run, openRun } = leads;
      ({ backfillId } = run);
      setIcon(shownIcon, stateIcon(run.state));
      link.hidden = run.isThis;
      here.hidden = !run.isThis;
      setText(run.isThis ? here : link, text);
      link.title = openRun;
      // What is read must hold what is seen.
      link.setAttribute('aria-label', `${text}, ${openRun}`);
    },
  };
}
