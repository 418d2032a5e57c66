import type { BackfillPage } from '../protocol.ts';
import { element, icon, setIcon, setText, setTextOrHide } from './dom.ts';
import type { Part } from './part.ts';

/** Which table, where its rows go, and how it stands. */
export function headPart(): Part<Pick<BackfillPage, 'title' | 'subtitle' | 'state' | 'underWay'>> {
  const title = element('h1');
  const stateIcon = icon();
  const stateName = element('span');
  const underWay = element('span');
  const waiting = element('span', { class: 'under-way' }, icon('loading codicon-modifier-spin'), underWay);
  const state = element('p', { class: 'state' }, stateIcon, stateName, waiting);
  const subtitle = element('p', { class: 'subtitle' });
  return {
    element: element('header', {}, element('div', { class: 'title' }, title, state), subtitle),
    update: (content) => {
      setText(title, content.title);
      setIcon(stateIcon, content.state.icon);
      setText(stateName, content.state.name);
      setTextOrHide(underWay, content.underWay);
      waiting.hidden = underWay.hidden;
      setTextOrHide(subtitle, content.subtitle);
    },
  };
}
