import { render } from 'lit-html';
import { getRefKey, type PageRef } from '../../model/BackfillRef.ts';
import { initialContentElement } from '../createPageHtml.ts';
import { type ExtensionMessage, type PageContent, parseExtensionMessage } from '../protocol.ts';
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
 * element or, if the container was removed too, to the first buttons of the page, or else to `main`. So Tab and screen
 * readers continue in the page instead of at the top of the window. While the focus is outside the page, such as in the
 * tree, it stays there: `focus()` would take it away.
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

/** Starts the page of another backfill or sink, like a new document. Only the open sections stay open. */
function startPage(ref: PageRef): void {
  // At once, because an earlier scroll that ends before the next frame saves the current position.
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
 * Handles the second click of a double click on a link of the previous page: keeps this page open, and doesn't let the
 * click act on what is now at its position.
 */
function handleClick(event: MouseEvent): void {
  // `detail` is the position of the click in its series, and 0 for a key.
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
 * Returns the content in the document the first time that the document is loaded; undefined if it has none. When VS Code
 * loads the document again, for example because a hidden page is shown, the content is stale, so this returns undefined.
 */
function takeInitialContent(): unknown {
  const element = document.getElementById(initialContentElement);
  const contentId = element?.dataset['id'];
  if (element === null || contentId === undefined || contentId === getSavedState().contentId) {
    return undefined;
  }
  saveState({ contentId });
  return JSON.parse(element.textContent);
}

// Taken at once, so that the document never shows this content a second time.
const initialContent = takeInitialContent();

function showInitialContent(): void {
  handleMessage(initialContent);
}

function handleMessage(data: unknown): void {
  const message = parseExtensionMessage(data);
  if (message !== undefined) {
    // The initial content is older than any other message.
    window.removeEventListener('load', showInitialContent);
    show(message);
  }
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  handleMessage(data);
});
window.addEventListener('click', handleClick, { capture: true });
window.addEventListener('scrollend', () => {
  saveState({ scrollTop: window.scrollY });
});
renderContent({ page: null, notice: null }, '');
if (document.readyState === 'complete') {
  showInitialContent();
} else {
  // VS Code hides the document until it is loaded. Content before that would delay it, because the icons need a font.
  window.addEventListener('load', showInitialContent, { once: true });
}
reportReady();
