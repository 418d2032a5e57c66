import type { BackfillPage } from '../protocol.ts';
import { createElement, setText, setTextOrHide } from './dom.ts';
import type { Component } from './component.ts';

/** How far it is. */
export interface ProgressContent extends Pick<BackfillPage, 'fraction' | 'percent' | 'progress'> {
  readonly label: string;
  /** Whether it runs: a bar that cannot say how far it is moves then. */
  readonly isActive: boolean;
}

/** How far it is: as a number, as a bar and in rows. */
export function createProgress(): Component<ProgressContent> {
  const percent = createElement('span', { class: 'percent' });
  const rows = createElement('span', { class: 'rows' });
  const bar = createElement('progress', { max: '1' });
  return {
    element: createElement('div', { class: 'progress' }, createElement('p', {}, percent, rows), bar),
    update: ({ fraction, percent: percentText, progress, label, isActive }) => {
      setTextOrHide(percent, percentText);
      setText(rows, progress);
      bar.setAttribute('aria-label', label);
      bar.hidden = fraction === null && !isActive;
      if (fraction === null) {
        bar.removeAttribute('value');
      } else {
        bar.value = fraction;
      }
    },
  };
}
