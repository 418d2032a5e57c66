import { findUsedVariables } from './findUsedVariables.ts';
import { expect, test } from './fixtures.ts';
import { PageHarness, themeNames, themes } from './PageHarness.ts';
import { states } from './samplePages.ts';

for (const theme of themeNames) {
  test.describe(`theme ${theme}`, () => {
    // One page shows all states, because a new page takes longer than a test.
    test.describe.configure({ mode: 'default' });
    let harness: PageHarness;
    test.beforeAll(async ({ browser }) => {
      harness = await PageHarness.open(await browser.newPage(), { theme });
    });
    test.afterAll(() => harness.page.context().close());

    for (const [state, content] of Object.entries(states)) {
      test(`${state}: fits every width and has no accessibility violations`, async () => {
        for (const width of [300, 700, 1280]) {
          await harness.page.setViewportSize({ width, height: 900 });
          await harness.show(content);
          expect(await harness.measureHorizontalOverflow(), `horizontal overflow at ${width} px`).toBe(0);
        }
        await harness.savePicture(`${state}-${theme}`);
        expect(await harness.findA11yViolations()).toEqual([]);
        expect(harness.errors, 'errors on the page').toEqual([]);
      });
    }
  });
}

for (const zoom of [0.5, 3]) {
  test(`zoom ${zoom * 100}% fits the width in every state`, async ({ browser }) => {
    const page = await browser.newPage({
      viewport: { width: Math.round(1280 / zoom), height: Math.round(900 / zoom) },
      deviceScaleFactor: zoom,
    });
    const harness = await PageHarness.open(page);
    for (const [state, content] of Object.entries(states)) {
      await harness.show(content);
      expect(await harness.measureHorizontalOverflow(), `horizontal overflow when ${state}`).toBe(0);
    }
    expect(harness.errors, 'errors on the page').toEqual([]);
    await page.context().close();
  });
}

test('themes.json has every variable that the page uses', async () => {
  const used = [...(await findUsedVariables())];
  for (const theme of themeNames) {
    const missing = used.filter((variable) => !(variable in themes[theme].variables));
    expect(missing, `${theme}: run test/page/captureThemes.ts`).toEqual([]);
  }
});
