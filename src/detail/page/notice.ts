import type { PageNotice } from '../protocol.ts';
import { createButton } from './button.ts';
import { createElement, createIcon } from './dom.ts';
import type { Component } from './component.ts';

/** What the notice shows. One that stands alone is all that there is to read, and therefore the page's heading. */
export interface NoticeContent extends PageNotice {
  readonly isOnlyContent: boolean;
}

/** What is to be said above, or in place of, all the rest: that it is old, or that there is nothing. */
export function createNotice(): Component<NoticeContent> {
  // A screen reader reads what comes into it: it is there before, and stays.
  const box = createElement('div', { class: 'notice', role: 'status' });
  return {
    element: box,
    update: ({ text, severity, action, isOnlyContent }) => {
      box.dataset['severity'] = severity;
      box.classList.toggle('alone', isOnlyContent);
      const hadFocus = box.contains(document.activeElement);
      const actionButton = action === null ? undefined : createButton();
      if (action !== null) {
        actionButton?.update({
          ...action,
          icon: '',
          kind: isOnlyContent ? 'primary' : 'secondary',
          enabled: true,
        });
      }
      box.replaceChildren(
        createIcon(severity),
        createElement(isOnlyContent ? 'h1' : 'p', {}, text),
        ...(actionButton === undefined ? [] : [actionButton.element]),
      );
      if (hadFocus) {
        actionButton?.element.focus();
      }
    },
  };
}
