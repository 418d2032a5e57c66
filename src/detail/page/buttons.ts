import type { PageButton } from '../protocol.ts';
import { button } from './button.ts';
import { element } from './dom.ts';
import { drawingList, type Part } from './part.ts';

/** What can be done. A button keeps its place and the focus while it waits, and when pausing becomes resuming. */
export function buttonsPart(): Part<readonly PageButton[]> {
  const row = element('div', { class: 'buttons', tabindex: '-1' });
  const draw = drawingList(row, button, placeOf);
  return {
    element: row,
    update: (buttons) => {
      const focused = document.activeElement;
      const hadFocus = focused !== row && row.contains(focused);
      draw(buttons);
      // Whoever pressed what is no longer there goes on from here, and not from the top of the page.
      if (hadFocus && !row.contains(document.activeElement)) {
        row.focus({ preventScroll: true });
      }
    },
  };
}

function placeOf({ id }: PageButton): string {
  return id === 'pauseBackfill' || id === 'resumeBackfill' ? 'pauseOrResume' : id;
}
