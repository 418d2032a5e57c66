import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { PageButton } from '../protocol.ts';
import { createElement, createIcon, setAttribute, setIcon, setTextOrHide } from './dom.ts';
import type { Component } from './component.ts';
import { send } from './vscode.ts';

/** A button of the page: it says to the extension what it stands for. */
export function createButton(): Component<PageButton> {
  const iconElement = createIcon();
  iconElement.slot = 'content-before';
  const label = createElement('span');
  const buttonElement = createElement('vscode-button', {}, label);
  let current: PageButton | undefined;
  buttonElement.addEventListener('click', () => {
    if (current?.enabled === true) {
      send({ type: 'run', action: current.id });
    }
  });
  buttonElement.addEventListener(
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
    element: buttonElement,
    update: (content) => {
      current = content;
      const { label: text, icon: name, kind, enabled } = content;
      setIcon(iconElement, name);
      if (name === '') {
        // Even hidden it would have a margin.
        iconElement.remove();
      } else if (iconElement.parentElement === null) {
        buttonElement.prepend(iconElement);
      }
      setTextOrHide(label, text);
      buttonElement.secondary = kind !== 'primary';
      buttonElement.className = kind;
      // Not the attribute `disabled`: it would take the focus away in the middle of what somebody does.
      setAttribute(buttonElement, 'aria-disabled', enabled ? null : 'true');
    },
  };
}
