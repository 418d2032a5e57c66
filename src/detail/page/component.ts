import { deepEqual } from '../../shared/deepEqual.ts';
import { createElement, setText } from './dom.ts';

/**
 * A piece of the page. Its element is made once and brought up to date in place, so that focus, selection and
 * scroll stay where they are.
 */
export interface Component<T> {
  readonly element: HTMLElement;
  update(content: T): void;
}

/** Updates a part when what it shows has changed, and only then; null takes it off the page. */
export function createUpdater<T>(component: Component<T>): (content: T | null) => void {
  let lastContent: T | null = null;
  component.element.hidden = true;
  return (content) => {
    if (deepEqual(content, lastContent)) {
      return;
    }
    lastContent = content;
    component.element.hidden = content === null;
    if (content !== null) {
      component.update(content);
    }
  };
}

/** Draws a list into an element: an item keeps its part as long as its key is among the items. */
export function createListUpdater<T>(
  container: HTMLElement,
  createComponent: (item: T) => Component<T>,
  getKey: (item: T, index: number) => string = (_, index) => `${index}`,
): (items: readonly T[]) => void {
  let currentItems = new Map<string, { readonly element: HTMLElement; update(item: T): void }>();
  return (items) => {
    const nextItems: typeof currentItems = new Map();
    for (const [index, item] of items.entries()) {
      let key = getKey(item, index);
      while (nextItems.has(key)) {
        key += ' again';
      }
      nextItems.set(key, currentItems.get(key) ?? createListItem(createComponent(item)));
      nextItems.get(key)?.update(item);
    }
    for (const [key, removed] of currentItems) {
      if (!nextItems.has(key)) {
        removed.element.remove();
      }
    }
    for (const [index, { element: item }] of [...nextItems.values()].entries()) {
      const currentChild = container.children[index] ?? null;
      if (currentChild !== item) {
        container.insertBefore(item, currentChild);
      }
    }
    currentItems = nextItems;
  };
}

function createListItem<T>(component: Component<T>): {
  readonly element: HTMLElement;
  update(item: T): void;
} {
  return { element: component.element, update: createUpdater(component) };
}

/** A part that is a text. */
export function createText(
  name: keyof HTMLElementTagNameMap,
  attributes: Readonly<Record<string, string>> = {},
): Component<string> {
  const textElement = createElement(name, attributes);
  return {
    element: textElement,
    update: (text) => {
      setText(textElement, text);
    },
  };
}
