/**
 * Runs an update of the page. If the update removes the focused element, moves the focus to the container of that
 * element or, if the container was removed too, to the first buttons of the page, or else to `main`. So Tab and screen
 * readers continue in the page instead of at the top of the window. While the focus is outside the page, such as in the
 * tree, it stays there: `focus()` would take it away.
 */
export function keepFocus(update: () => void): void {
  const container = document.activeElement?.closest<HTMLElement>('[tabindex="-1"]');
  update();
  if (container && document.hasFocus() && document.activeElement === document.body) {
    const find = (selector: string): HTMLElement | null => document.querySelector(selector);
    const remaining = container.isConnected ? container : (find('.buttons') ?? find('main'));
    remaining?.focus({ preventScroll: true });
  }
}
