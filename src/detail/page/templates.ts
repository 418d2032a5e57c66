import { html, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';

/** Renders a decorative codicon. The text beside it has the same meaning. */
export function renderIcon(name: string): TemplateResult {
  return html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`;
}

/**
 * Renders a list. When it is rendered again, each key keeps its elements, and with them the focus and the selection.
 * Keys may repeat, because names from the server are not always unique; `repeat` alone doesn't allow that.
 */
export function renderList<T>(
  items: readonly T[],
  getKey: (item: T) => string,
  renderItem: (item: T) => TemplateResult,
): unknown {
  const counts = new Map<string, number>();
  const getUniqueKey = (item: T): string => {
    const key = getKey(item);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return `${count} ${key}`;
  };
  return repeat(items, getUniqueKey, renderItem);
}
