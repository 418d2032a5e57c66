import type { BackfillPage } from '../protocol.ts';
import { element, setText } from './dom.ts';
import { drawingList, type Part } from './part.ts';

type Fact = BackfillPage['facts'][number];

/** The few numbers that are looked at first. */
export function figuresPart(): Part<readonly Fact[]> {
  return factList('figures');
}

/** Every field of the API's answer. */
export function factsPart(): Part<{ readonly label: string; readonly facts: readonly Fact[] }> {
  const heading = element('h2');
  const list = factList('facts');
  return {
    element: element('section', {}, heading, list.element),
    update: ({ label, facts }) => {
      setText(heading, label);
      list.update(facts);
    },
  };
}

function factList(name: string): Part<readonly Fact[]> {
  const list = element('dl', { class: name });
  return { element: list, update: drawingList(list, fact, ({ label }) => label) };
}

function fact(): Part<Fact> {
  const term = element('dt');
  const value = element('dd');
  return {
    element: element('div', {}, term, value),
    update: ({ label, value: text }) => {
      setText(term, label);
      setText(value, text);
    },
  };
}
