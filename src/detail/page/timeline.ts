import type { BackfillPage } from '../protocol.ts';
import { createElement, createIcon, setIcon, setText } from './dom.ts';
import { createListUpdater, type Component } from './component.ts';

type Entry = BackfillPage['timeline'][number];

/** What happened, in the order in which it is sent. */
export function createTimelineSection(): Component<{
  readonly label: string;
  readonly entries: readonly Entry[];
}> {
  const heading = createElement('h2');
  const list = createElement('ol', { class: 'timeline' });
  const updateEntries = createListUpdater(list, createEntry, ({ icon: name, text }) => `${name} ${text}`);
  return {
    element: createElement('section', {}, heading, list),
    update: ({ label, entries }) => {
      setText(heading, label);
      updateEntries(entries);
    },
  };
}

function createEntry(): Component<Entry> {
  const iconElement = createIcon();
  const text = createElement('span', { class: 'text' });
  const time = createElement('span', { class: 'time' });
  return {
    element: createElement('li', {}, iconElement, text, ' ', time),
    update: (content) => {
      setIcon(iconElement, content.icon);
      setText(text, content.text);
      setText(time, content.time);
    },
  };
}
