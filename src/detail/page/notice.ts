import type { PageNotice } from '../protocol.ts';
import { button } from './button.ts';
import { element, icon } from './dom.ts';
import type { Part } from './part.ts';

/** What the notice shows. One that stands alone is all that there is to read, and therefore the page's heading. */
export interface NoticeContent extends PageNotice {
  readonly alone: boolean;
}

/** What is to be said above, or in place of, all the rest: that it is old, or that there is nothing. */
export function noticePart(): Part<NoticeContent> {
  // A screen reader reads what comes into it: it is there before, and stays.
  const box = element('div', { class: 'notice', role: 'status' });
  return {
    element: box,
    update: ({ text, severity, action, alone }) => {
      box.dataset['severity'] = severity;
      box.classList.toggle('alone', alone);
      const hadFocus = box.contains(document.activeElement);
      const pressed = action === null ? undefined : button();
      if (action !== null) {
        pressed?.update({ ...action, icon: '', kind: alone ? 'primary' : 'secondary', enabled: true });
      }
      box.replaceChildren(
        icon(severity),
        element(alone ? 'h1' : 'p', {}, text),
        ...(pressed === undefined ? [] : [pressed.element]),
      );
      if (hadFocus) {
        pressed?.element.focus();
      }
    },
  };
}
