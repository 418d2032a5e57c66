import { type Page, test as base } from '@playwright/test';
import { PageHarness, type PageOptions } from './PageHarness.ts';

export { expect } from '@playwright/test';

const timezoneId = 'Europe/Berlin';

/**
 * Opens the page for each test, and fails the test when the page reported an error. The tests of a worker share a tab,
 * because a new one takes longer than most tests. Each test loads a document of its own, and the page has no other state.
 */
export const test = base.extend<PageOptions & { harness: PageHarness }, { tab: Page }>({
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
    // The routes stay, and those of the next test replace them: without any, Chromium would request a favicon.
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
