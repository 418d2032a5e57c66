import type { PageButton } from '../protocol.ts';
import { createButton } from './button.ts';
import { createElement } from './dom.ts';
import { createListUpdater, type Component } from './component.ts';

/** What can be done. A button keeps its place and the focus while it waits, and when pausing becomes resuming. */
export function createButtonRow(): Component<readonly PageButton[]> {
  const row = createElement('div', { class: 'buttons', tabindex: '-1' });
  const updateButtons = createListUpdater(row, createButton, getButtonKey);
  return {
    element: row,
    update: (buttons) => {
      const focused = document.activeElement;
      const hadFocus = focused !== row && row.contains(focused);
      updateButtons(buttons);
      // Whoever pressed what is no longer there goes on from here, and not from the top of the page.
      if (hadFocus && !row.contains(document.activeElement)) {
        row.focus({ preventScroll: true });
      }
    },
  };
}

function getButtonKey({ id }: PageButton): string {
  return id === 'pauseBackfill' || id === 'resumeBackfill' ? 'pauseOrResume' : id;
}
