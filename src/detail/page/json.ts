import type { PageButton } from '../protocol.ts';
import { createButton } from './button.ts';
import { createCollapsible } from './collapsible.ts';
import { createElement, setText } from './dom.ts';
import { createUpdater, createListUpdater, createText, type Component } from './component.ts';

/** The API's answer as JSON, and the button that copies it. */
export interface JsonContent {
  readonly label: string;
  readonly json: string;
  readonly copyButton: PageButton | null;
}

/** The API's answer as it came, for who wants to see it; closed until then. */
export function createJsonSection(): Component<JsonContent> {
  const heading = createElement('h2');
  const lines = createElement('pre');
  // Line by line, so that a selection in those that stay the same stays as well.
  const updateLines = createListUpdater(lines, () => createText('div'));
  const copyButton = createButton();
  const updateCopyButton = createUpdater(copyButton);
  let json = '';
  const updateIfOpen = (): void => {
    if (section.isOpen) {
      updateLines(json.split('\n'));
    }
  };
  const section = createCollapsible({ name: 'json', heading, content: lines, onOpen: updateIfOpen });
  return {
    element: createElement('section', { class: 'json' }, section.element, copyButton.element),
    update: (content) => {
      setText(heading, content.label);
      updateCopyButton(content.copyButton);
      ({ json } = content);
      updateIfOpen();
    },
  };
}
