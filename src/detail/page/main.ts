import { render } from 'lit-html';
import { getRefKey, type PageRef } from '../../model/BackfillRef.ts';
import { initialContentElementId } from '../createPageHtml.ts';
import type { ExtensionMessage, PageContent } from '../protocol.ts';
import { ChartSection } from './ChartSection.ts';
import { renderPage } from './renderPage.ts';
import { getSavedState, openBackfill, reportReady, saveState } from './webviewHost.ts';

// The browser side of a page: renders each message, and sends the user's actions.

const chartSection = new ChartSection();
let lastAnnouncement: string | undefined;
/** What screen readers announce: changes only, because screen readers read the initial content anyway. */
let announcement = '';
/** Whether the first click of a series, such as a double click, was on this page. */
let hasFirstClick = false;

function show({ ref, ...content }: ExtensionMessage): void {
  const key = getRefKey(ref);
  const { ref: lastRef } = getSavedState();
  if (lastRef === undefined || getRefKey(lastRef) !== key) {
    startPage(ref);
  }
  const { page, notice } = content;
  const isFirstContent = page !== null && lastAnnouncement === undefined;
  if (page !== null) {
    if (!isFirstContent && page.announcement !== lastAnnouncement) {
      ({ announcement } = page);
    }
    lastAnnouncement = page.announcement;
  }
  document.title = page?.title ?? notice?.text ?? '';
  keepFocus(() => {
    renderContent(content, key);
  });
  if (page?.kind === 'backfill') {
    chartSection.show(page.chart);
  }
  if (isFirstContent) {
    window.scrollTo(0, getSavedState().scrollTop);
  }
}

function renderContent(content: PageContent, key: string): void {
  render(renderPage(content, key, announcement, chartSection.element), document.body);
}

/**
 * Runs an update of the page. If the update removes the focused element, moves the focus to the container of that
 * element or, if the container was removed too, to the first buttons of the page, or else to `main`, so that Tab and
 * screen readers continue in the page instead of at the top of the window. While the focus is outside the page, such as
 * in the tree, `focus()` isn't called, because it would take the focus away.
 */
function keepFocus(update: () => void): void {
  const container = document.activeElement?.closest<HTMLElement>('[tabindex="-1"]');
  update();
  if (container && document.hasFocus() && document.activeElement === document.body) {
    const find = (selector: string): HTMLElement | null => document.querySelector(selector);
    const remaining = container.isConnected ? container : (find('.buttons') ?? find('main'));
    remaining?.focus({ preventScroll: true });
  }
}

/** Resets the page for another backfill or sink, as if the document were new. Only the open sections stay open. */
function startPage(ref: PageRef): void {
  // Scrolls now, not only with the first content: if an earlier scroll ends before that content arrives, the handler of
  // `scrollend` saves the position.
  window.scrollTo(0, 0);
  saveState({ ref, scrollTop: 0 });
  lastAnnouncement = undefined;
  announcement = '';
  hasFirstClick = false;
  if (document.hasFocus() && document.activeElement !== document.body) {
    document.querySelector('main')?.focus({ preventScroll: true });
  }
}

/**
 * Handles the second click of a double click on a link of the previous page: keeps this page open, and prevents the
 * click from acting on the element that is now under the mouse.
 */
function handleClick(event: MouseEvent): void {
  // `detail` is the number of the click in its series; it is 0 if a key caused the click.
  if (event.detail <= 1) {
    hasFirstClick = true;
    return;
  }
  if (hasFirstClick) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const { ref } = getSavedState();
  if (ref?.backfillId !== undefined) {
    openBackfill(ref.backfillId);
  }
}

/**
 * Returns the content that is embedded in the document; undefined if there is none, or if it was taken before. The
 * latter happens when VS Code loads the document again, for example because a hidden page is shown: by then, the
 * embedded content is stale.
 */
function takeInitialContent(): ExtensionMessage | undefined {
  const element = document.getElementById(initialContentElementId);
  const contentId = element?.dataset['id'];
  if (element === null || contentId === undefined || contentId === getSavedState().contentId) {
    return undefined;
  }
  saveState({ contentId });
  return JSON.parse(element.textContent) as ExtensionMessage;
}

// Taken now, even if it is shown later or never: if VS Code loads the document again, this content is stale.
const initialContent = takeInitialContent();

function showInitialContent(): void {
  if (initialContent !== undefined) {
    show(initialContent);
  }
}

/** Shows a message from the extension. VS Code delivers these messages from the origin of the page. */
function handleMessage({ origin, data }: MessageEvent<ExtensionMessage | null>): void {
  // Extensions of a browser may send other messages to every page.
  if (origin === window.origin && data?.type === 'show') {
    // A message is newer than the initial content, which must not replace it.
    window.removeEventListener('load', showInitialContent);
    show(data);
  }
}

window.addEventListener('message', handleMessage);
window.addEventListener('click', handleClick, { capture: true });
window.addEventListener('scrollend', () => {
  saveState({ scrollTop: window.scrollY });
});
renderContent({ page: null, notice: null }, '');
if (document.readyState === 'complete') {
  showInitialContent();
} else {
  // VS Code hides the document until it is loaded. Earlier content would delay that, because its icons need a font.
  window.addEventListener('load', showInitialContent, { once: true });
}
reportReady();
