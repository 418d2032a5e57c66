import type { BackfillPage } from '../protocol.ts';
import { createElement, setText } from './dom.ts';
import { createListUpdater, type Component } from './component.ts';

type Fact = BackfillPage['facts'][number];

/** The few numbers that are looked at first. */
export function createFigures(): Component<readonly Fact[]> {
  return createFactList('figures');
}

/** Every field of the API's answer. */
export function createFactsSection(): Component<{ readonly label: string; readonly facts: readonly Fact[] }> {
  const heading = createElement('h2');
  const list = createFactList('facts');
  return {
    element: createElement('section', {}, heading, list.element),
    update: ({ label, facts }) => {
      setText(heading, label);
      list.update(facts);
    },
  };
}

function createFactList(name: string): Component<readonly Fact[]> {
  const list = createElement('dl', { class: name });
  return { element: list, update: createListUpdater(list, createFact, ({ label }) => label) };
}

function createFact(): Component<Fact> {
  const term = createElement('dt');
  const value = createElement('dd');
  return {
    element: createElement('div', {}, term, value),
    update: ({ label, value: text }) => {
      setText(term, label);
      setText(value, text);
    },
  };
}
