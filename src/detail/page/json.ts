import type { PageButton } from '../protocol.ts';
import { button } from './button.ts';
import { collapsible } from './collapsible.ts';
import { element, setText } from './dom.ts';
import { drawing, drawingList, textPart, type Part } from './part.ts';

/** The API's answer as JSON, and the button that copies it. */
export interface JsonContent {
  readonly label: string;
  readonly json: string;
  readonly copy: PageButton | null;
}

/** The API's answer as it came, for who wants to see it; closed until then. */
export function jsonPart(): Part<JsonContent> {
  const heading = element('h2');
  const lines = element('pre');
  // Line by line, so that a selection in those that stay the same stays as well.
  const drawLines = drawingList(lines, () => textPart('div'));
  const copy = button();
  const drawCopy = drawing(copy);
  let json = '';
  const fill = (): void => {
    if (answer.isOpen) {
      drawLines(json.split('\n'));
    }
  };
  const answer = collapsible({ name: 'json', heading, content: lines, onOpen: fill });
  return {
    element: element('section', { class: 'json' }, answer.element, copy.element),
    update: (content) => {
      setText(heading, content.label);
      drawCopy(content.copy);
      ({ json } = content);
      fill();
    },
  };
}
