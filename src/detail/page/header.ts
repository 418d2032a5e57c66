import type { BackfillPage } from '../protocol.ts';
import { createElement, createIcon, setIcon, setText, setTextOrHide } from './dom.ts';
import type { Component } from './component.ts';

/** Which table, where its rows go, and how it stands. */
export function createHeader(): Component<
  Pick<BackfillPage, 'title' | 'subtitle' | 'state' | 'pendingText'>
> {
  const title = createElement('h1');
  const stateIcon = createIcon();
  const stateName = createElement('span');
  const pendingText = createElement('span');
  const pendingIndicator = createElement(
    'span',
    { class: 'under-way' },
    createIcon('loading codicon-modifier-spin'),
    pendingText,
  );
  const state = createElement('p', { class: 'state' }, stateIcon, stateName, pendingIndicator);
  const subtitle = createElement('p', { class: 'subtitle' });
  return {
    element: createElement('header', {}, createElement('div', { class: 'title' }, title, state), subtitle),
    update: (content) => {
      setText(title, content.title);
      setIcon(stateIcon, content.state.icon);
      setText(stateName, content.state.name);
      setTextOrHide(pendingText, content.pendingText);
      pendingIndicator.hidden = pendingText.hidden;
      setTextOrHide(subtitle, content.subtitle);
    },
  };
}
