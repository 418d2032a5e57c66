import type { BackfillPage } from '../protocol.ts';
import { element, setText, setTextOrHide } from './dom.ts';
import type { Part } from './part.ts';

/** How far it is. */
export interface ProgressContent extends Pick<BackfillPage, 'fraction' | 'percent' | 'progress'> {
  readonly label: string;
  /** Whether it runs: a bar that cannot say how far it is moves then. */
  readonly active: boolean;
}

/** How far it is: as a number, as a bar and in rows. */
export function progressPart(): Part<ProgressContent> {
  const percent = element('span', { class: 'percent' });
  const rows = element('span', { class: 'rows' });
  const bar = element('progress', { max: '1' });
  return {
    element: element('div', { class: 'progress' }, element('p', {}, percent, rows), bar),
    update: ({ fraction, percent: number, progress, label, active }) => {
      setTextOrHide(percent, number);
      setText(rows, progress);
      bar.setAttribute('aria-label', label);
      bar.hidden = fraction === null && !active;
      if (fraction === null) {
        bar.removeAttribute('value');
      } else {
        bar.value = fraction;
      }
    },
  };
}
