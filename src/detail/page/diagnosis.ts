import type { BackfillPage } from '../protocol.ts';
import { createElement, createIcon, setIcon, setText, setTextOrHide } from './dom.ts';
import { createListUpdater, type Component } from './component.ts';

type Diagnosis = NonNullable<BackfillPage['diagnosis']>;
type Check = BackfillPage['checks'][number];

/** Why it does not move, and what to do. */
export function createDiagnosisSection(): Component<Diagnosis> {
  const iconElement = createIcon();
  const title = createElement('h2');
  const text = createElement('p');
  const box = createElement(
    'section',
    { class: 'diagnosis' },
    iconElement,
    createElement('div', {}, title, text),
  );
  return {
    element: box,
    update: (diagnosis) => {
      box.dataset['severity'] = diagnosis.severity;
      setIcon(iconElement, diagnosis.severity);
      setText(title, diagnosis.title);
      setText(text, diagnosis.text);
    },
  };
}

/** The sink's checks: those that are well on one line, the others with what they say. */
export function createChecksSection(): Component<{
  readonly label: string;
  readonly checks: readonly Check[];
}> {
  const heading = createElement('h2');
  const list = createElement('ul', { class: 'checks' });
  const updateChecks = createListUpdater(list, createCheck, ({ name }) => name);
  return {
    element: createElement('section', {}, heading, list),
    update: ({ label, checks }) => {
      setText(heading, label);
      updateChecks(checks);
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

function createCheck(): Component<Check> {
  const iconElement = createIcon();
  const name = createElement('span', { class: 'name' });
  const status = createElement('span', { class: 'status' });
  const error = createElement('p');
  const item = createElement('li', {}, iconElement, name, ' ', status, error);
  return {
    element: item,
    update: (content) => {
      item.dataset['status'] = content.status;
      setIcon(
        iconElement,
        Object.hasOwn(checkIcons, content.status) ? `${checkIcons[content.status]}` : 'circle-large',
      );
      setText(name, content.name);
      setText(status, content.statusName);
      setTextOrHide(error, content.error);
    },
  };
}
