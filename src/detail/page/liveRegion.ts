import { createElement, setText } from './dom.ts';

/**
 * What a screen reader says by itself: only what changed since the page was drawn, since whoever comes to a page has
 * it read anyway.
 */
export function createLiveRegion(): { readonly element: HTMLElement; announce(text: string): void } {
  const region = createElement('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  let lastText: string | undefined;
  return {
    element: region,
    announce: (text) => {
      if (lastText !== undefined && lastText !== text) {
        setText(region, text);
      }
      lastText = text;
    },
  };
}
