/**
 * Runs an update of the page. When the update removes the focused element, moves the focus to the closest container
 * that stays, so that Tab and screen readers continue near it instead of at the top of the window. While the focus is
 * outside the page, such as in the tree, it stays there: `focus()` would take it away.
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
