// What the parts of the page are made of. Whatever is shown becomes a text node: nothing here reads HTML.

/** An element with attributes and children; a string is always text. */
export function createElement<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const created = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    created.setAttribute(attribute, value);
  }
  created.append(...children);
  return created;
}

/** Sets a text, and touches nothing where it is the same already: a selection in it stays. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

/** Shows a text where there is one, and takes the element off the page where there is none. */
export function setTextOrHide(target: HTMLElement, text: string | null): void {
  target.hidden = text === null || text === '';
  setText(target, text ?? '');
}

/** Sets an attribute, or takes it away. */
export function setAttribute(target: Element, name: string, value: string | null): void {
  if (value === null) {
    target.removeAttribute(name);
  } else if (target.getAttribute(name) !== value) {
    target.setAttribute(name, value);
  }
}

/** A codicon by its name. What it says stands beside it in words. */
export function createIcon(name = ''): HTMLElement {
  const iconElement = createElement('span', { 'aria-hidden': 'true' });
  setIcon(iconElement, name);
  return iconElement;
}

/** Makes an icon another one. */
export function setIcon(iconElement: HTMLElement, name: string): void {
  iconElement.className = `codicon codicon-${name}`;
}
