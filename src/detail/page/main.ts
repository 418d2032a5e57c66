import { render } from 'lit';
import { handleExtensionMessage } from '../protocol.ts';
import { ChartSection } from './ChartSection.ts';
import { takeInitialContent } from './initialContent.ts';
import { keepFocus } from './keepFocus.ts';
import { type PageContent, renderPage } from './renderPage.ts';
import { getSavedState, postToExtension, saveState } from './webviewHost.ts';

// The browser side of a page: renders each message, and sends the user's actions.

const chartSection = new ChartSection();
let lastAnnouncement: string | undefined;
/** What screen readers announce: changes only, because screen readers read the initial content anyway. */
let announcement = '';

function show(content: PageContent): void {
  const { page, notice } = content;
  const isFirstPage = page !== null && lastAnnouncement === undefined;
  if (page !== null) {
    if (!isFirstPage && page.announcement !== lastAnnouncement) {
      ({ announcement } = page);
    }
    lastAnnouncement = page.announcement;
  }
  document.title = page?.title ?? notice?.text ?? '';
  keepFocus(() => {
    render(renderPage(content, announcement, chartSection.element), document.body);
  });
  if (page?.kind === 'backfill') {
    chartSection.show(page.chart);
  }
  if (isFirstPage) {
    // The buttons render at the end of the task.
    requestAnimationFrame(() => {
      window.scrollTo(0, getSavedState().scrollTop);
    });
  }
}

// Taken at once, so that the document never shows this content a second time.
const initialContent = takeInitialContent();

function showInitialContent(): void {
  handleExtensionMessage(initialContent, { show });
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  handleExtensionMessage(data, {
    show: (content) => {
      // The initial content is older than this message.
      window.removeEventListener('load', showInitialContent);
      show(content);
    },
  });
});
window.addEventListener('scrollend', () => {
  saveState({ scrollTop: window.scrollY });
});
show({ page: null, notice: null });
if (document.readyState === 'complete') {
  showInitialContent();
} else {
  // VS Code hides the document until it is loaded. Content before that would delay it, because the icons need a font.
  window.addEventListener('load', showInitialContent, { once: true });
}
// The extension may run on a remote machine in another time zone.
postToExtension({ type: 'ready', timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone });
