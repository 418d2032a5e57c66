import type { BackfillPage } from '../protocol.ts';
import { element, icon, setIcon, setText } from './dom.ts';
import { drawingList, type Part } from './part.ts';

type Entry = BackfillPage['timeline'][number];

/** What happened, in the order in which it is sent. */
export function timelinePart(): Part<{ readonly label: string; readonly entries: readonly Entry[] }> {
  const heading = element('h2');
  const list = element('ol', { class: 'timeline' });
  const draw = drawingList(list, entry, ({ icon: name, text }) => `${name} ${text}`);
  return {
    element: element('section', {}, heading, list),
    update: ({ label, entries }) => {
      setText(heading, label);
      draw(entries);
    },
  };
}

function entry(): Part<Entry> {
  const shownIcon = icon();
  const text = element('span', { class: 'text' });
  const time = element('span', { class: 'time' });
  return {
    element: element('li', {}, shownIcon, text, ' ', time),
    update: (content) => {
      setIcon(shownIcon, content.icon);
      setText(text, content.text);
      setText(time, content.time);
    },
  };
}
