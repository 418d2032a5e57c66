import { sameValue } from '../../shared/sameValue.ts';
import { element, setText } from './dom.ts';

/**
 * A piece of the page. Its element is made once and brought up to date in place, so that focus, selection and
 * scroll stay where they are.
 */
export interface Part<T> {
  readonly element: HTMLElement;
  update(content: T): void;
}

/** Updates a part when what it shows has changed, and only then; null takes it off the page. */
export function drawing<T>(part: Part<T>): (content: T | null) => void {
  let drawn: T | null = null;
  part.element.hidden = true;
  return (content) => {
    if (sameValue(content, drawn)) {
      return;
    }
    drawn = content;
    part.element.hidden = content === null;
    if (content !== null) {
      part.update(content);
    }
  };
}

/** Draws a list into an element: an item keeps its part as long as its key is among the items. */
export function drawingList<T>(
  container: HTMLElement,
  make: (item: T) => Part<T>,
  keyOf: (item: T, index: number) => string = (_, index) => `${index}`,
): (items: readonly T[]) => void {
  let shown = new Map<string, { readonly element: HTMLElement; draw(item: T): void }>();
  return (items) => {
    const next: typeof shown = new Map();
    for (const [index, item] of items.entries()) {
      let key = keyOf(item, index);
      while (next.has(key)) {
        key += ' again';
      }
      next.set(key, shown.get(key) ?? itemOf(make(item)));
      next.get(key)?.draw(item);
    }
    for (const [key, gone] of shown) {
      if (!next.has(key)) {
        gone.element.remove();
      }
    }
    for (const [index, { element: item }] of [...next.values()].entries()) {
      const there = container.children[index] ?? null;
      if (there !== item) {
        container.insertBefore(item, there);
      }
    }
    shown = next;
  };
}

function itemOf<T>(part: Part<T>): { readonly element: HTMLElement; draw(item: T): void } {
  return { element: part.element, draw: drawing(part) };
}

/** A part that is a text. */
export function textPart(
  name: keyof HTMLElementTagNameMap,
  attributes: Readonly<Record<string, string>> = {},
): Part<string> {
  const shown = element(name, attributes);
  return {
    element: shown,
    update: (text) => {
      setText(shown, text);
    },
  };
}
