import { type Page, test as base } from '@playwright/test';
import { type HarnessOptions, PageHarness } from './PageHarness.ts';

export { expect } from '@playwright/test';

const timezoneId = 'Europe/Berlin';

/**
 * Opens the page for each test, and fails the test if the page reported an error. The tests of a worker share a tab,
 * because opening a tab takes longer than most tests. They share no state, because each test loads a new document.
 */
export const test = base.extend<HarnessOptions & { harness: PageHarness }, { tab: Page }>({
  tab: [
    async ({ browser }, use) => {
      const page = await browser.newPage({ timezoneId });
      await use(page);
      await page.context().close();
    },
    { scope: 'worker' },
  ],
  viewport: { width: 1280, height: 900 },
  timezoneId,
  page: async ({ tab, viewport }, use) => {
    await tab.setViewportSize(viewport ?? { width: 1280, height: 900 });
    await tab.mouse.move(0, 0);
    await use(tab);
    // The routes stay until the next test replaces them: without a route, Chromium would request a favicon.
    await tab.emulateMedia({ reducedMotion: null });
    tab.removeAllListeners();
  },
  theme: ['dark', { option: true }],
  language: ['en', { option: true }],
  savedState: [undefined, { option: true }],
  initialContent: [null, { option: true }],
  harness: async ({ page, theme, language, savedState, initialContent }, use) => {
    const harness = await PageHarness.open(page, { theme, language, savedState, initialContent });
    await use(harness);
    base.expect(harness.errors, 'errors on the page').toEqual([]);
  },
});
