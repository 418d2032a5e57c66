import { test as base } from '@playwright/test';
import { PageHarness, type PageOptions } from './PageHarness.ts';

export { expect } from '@playwright/test';

/** Opens the page for each test, and fails the test when the page reported an error. */
export const test = base.extend<PageOptions & { harness: PageHarness }>({
  viewport: { width: 1280, height: 900 },
  timezoneId: 'Europe/Berlin',
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
