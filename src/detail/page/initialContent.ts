import { initialContentElement } from '../createPageHtml.ts';
import { getSavedState, saveState } from './webviewHost.ts';

/**
 * Returns the content in the document the first time that the document is loaded; undefined if it has none. When VS Code
 * loads the document again, for example because a hidden page is shown, the content is stale, so this returns undefined.
 */
export function takeInitialContent(): unknown {
  const element = document.getElementById(initialContentElement);
  const contentId = element?.dataset['id'];
  if (element === null || contentId === undefined || contentId === getSavedState().contentId) {
    return undefined;
  }
  saveState({ contentId });
  return JSON.parse(element.textContent);
}
