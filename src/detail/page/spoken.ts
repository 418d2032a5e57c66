import { element, setText } from './dom.ts';

/**
 * What a screen reader says by itself: only what changed since the page was drawn, since whoever comes to a page has
 * it read anyway.
 */
export function speaking(): { readonly element: HTMLElement; say(text: string): void } {
  const region = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  let last: string | undefined;
  return {
    element: region,
    say: (text) => {
      if (last !== undefined && last !== text) {
        setText(region, text);
      }
      last = text;
    },
  };
}
