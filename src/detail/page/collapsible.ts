import { createElement, createIcon } from './dom.ts';
import { saveState, getSavedState } from './vscode.ts';

/** Something that is closed until somebody wants to see it, and stays as it was left. */
export interface Collapsible {
  readonly element: HTMLDetailsElement;
  readonly isOpen: boolean;
}

/**
 * Makes one: `heading` is what is pressed, `name` what it is kept by. `onOpen` is called each time it opens, so that
 * what is in it need not be drawn before. The browser's own element: the one of the web components for VS Code tells
 * a screen reader neither that it can be pressed nor whether it is open.
 */
export function createCollapsible(options: {
  readonly name: string;
  readonly heading: HTMLElement;
  readonly content: HTMLElement;
  readonly onOpen: () => void;
}): Collapsible {
  const { name, heading, content, onOpen } = options;
  const summary = createElement('summary', {}, createIcon('chevron-right'), heading);
  const details = createElement('details', {}, summary, content);
  details.open = getSavedState().openSections.includes(name);
  details.addEventListener('toggle', () => {
    const otherSections = getSavedState().openSections.filter((section) => section !== name);
    saveState({ openSections: details.open ? [...otherSections, name] : otherSections });
    if (details.open) {
      onOpen();
    }
  });
  return {
    element: details,
    get isOpen() {
      return details.open;
    },
  };
}
