import { initialContentElement } from '../createPageHtml.ts';
import { getSavedState, saveState } from './webviewHost.ts';

/**
 * Returns the content in the document, the first time that the document is loaded. When VS Code loads it again, for
 * example because a hidden page is shown, the content is stale.
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
