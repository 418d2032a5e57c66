import type { BackfillPage } from '../protocol.ts';
import { element, icon, setIcon, setText, setTextOrHide } from './dom.ts';
import { drawingList, type Part } from './part.ts';

type Diagnosis = NonNullable<BackfillPage['diagnosis']>;
type Check = BackfillPage['checks'][number];

/** Why it does not move, and what to do. */
export function diagnosisPart(): Part<Diagnosis> {
  const shownIcon = icon();
  const title = element('h2');
  const text = element('p');
  const box = element('section', { class: 'diagnosis' }, shownIcon, element('div', {}, title, text));
  return {
    element: box,
    update: (diagnosis) => {
      box.dataset['severity'] = diagnosis.severity;
      setIcon(shownIcon, diagnosis.severity);
      setText(title, diagnosis.title);
      setText(text, diagnosis.text);
    },
  };
}

/** The sink's checks: those that are well on one line, the others with what they say. */
export function checksPart(): Part<{ readonly label: string; readonly checks: readonly Check[] }> {
  const heading = element('h2');
  const list = element('ul', { class: 'checks' });
  const draw = drawingList(list, check, ({ name }) => name);
  return {
    element: element('section', {}, heading, list),
    update: ({ label, checks }) => {
      setText(heading, label);
      draw(checks);
    },
  };
}

/** The icons of Sequin's words; an empty circle for one that is not known. */
const checkIcons: Readonly<Record<string, string>> = {
  healthy: 'pass',
  notice: 'info',
  warning: 'warning',
  error: 'error',
  paused: 'debug-pause',
};

function check(): Part<Check> {
  const shownIcon = icon();
  const name = element('span', { class: 'name' });
  const status = element('span', { class: 'status' });
  const error = element('p');
  const item = element('li', {}, shownIcon, name, ' ', status, error);
  return {
    element: item,
    update: (content) => {
      item.dataset['status'] = content.status;
      setIcon(
        shownIcon,
        Object.hasOwn(checkIcons, content.status) ? `${checkIcons[content.status]}` : 'circle-large',
      );
      setText(name, content.name);
      setText(status, content.statusName);
      setTextOrHide(error, content.error);
    },
  };
}
