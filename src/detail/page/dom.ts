// What the parts of the page are made of. Whatever is shown becomes a text node: nothing here reads HTML.

/** An element with attributes and children; a string is always text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

/** Sets a text, and touches nothing where it is the same already: a selection in it stays. */
export function setText(shownIn: Element, text: string): void {
  if (shownIn.textContent !== text) {
    shownIn.textContent = text;
  }
}

/** Shows a text where there is one, and takes the element off the page where there is none. */
export function setTextOrHide(shownIn: HTMLElement, text: string | null): void {
  shownIn.hidden = text === null || text === '';
  setText(shownIn, text ?? '');
}

/** Sets an attribute, or takes it away. */
export function setAttribute(of: Element, name: string, value: string | null): void {
  if (value === null) {
    of.removeAttribute(name);
  } else if (of.getAttribute(name) !== value) {
    of.setAttribute(name, value);
  }
}

/** A codicon by its name. What it says stands beside it in words. */
export function icon(name = ''): HTMLElement {
  const made = element('span', { 'aria-hidden': 'true' });
  setIcon(made, name);
  return made;
}

/** Makes an icon another one. */
export function setIcon(shown: HTMLElement, name: string): void {
  shown.className = `codicon codicon-${name}`;
}
