import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { PageButton } from '../protocol.ts';
import { element, icon, setAttribute, setIcon, setTextOrHide } from './dom.ts';
import type { Part } from './part.ts';
import { send } from './vscode.ts';

/** A button of the page: it says to the extension what it stands for. */
export function button(): Part<PageButton> {
  const shownIcon = icon();
  shownIcon.slot = 'content-before';
  const label = element('span');
  const made = element('vscode-button', {}, label);
  let stands: PageButton | undefined;
  made.addEventListener('click', () => {
    if (stands?.enabled === true) {
      send({ type: 'run', action: stands.id });
    }
  });
  made.addEventListener(
    'keydown',
    (event) => {
      // The component takes the space bar, and lets the page scroll by it as well.
      if (event.key === ' ') {
        event.preventDefault();
      }
      // It takes a key that is held down for many.
      if (event.repeat) {
        event.stopImmediatePropagation();
      }
    },
    { capture: true },
  );
  return {
    element: made,
    update: (content) => {
      stands = content;
      const { label: text, icon: name, kind, enabled } = content;
      setIcon(shownIcon, name);
      if (name === '') {
        // Even hidden it would have a margin.
        shownIcon.remove();
      } else if (shownIcon.parentElement === null) {
        made.prepend(shownIcon);
      }
      setTextOrHide(label, text);
      made.secondary = kind !== 'primary';
      made.className = kind;
      // Not the attribute `disabled`: it would take the focus away in the middle of what somebody does.
      setAttribute(made, 'aria-disabled', enabled ? null : 'true');
    },
  };
}
