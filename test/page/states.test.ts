import { findUsedVariables } from './findUsedVariables.ts';
import { expect, test } from './fixtures.ts';
import { PageHarness, type ThemeName, themeNames, themes } from './PageHarness.ts';
import { states } from './samplePages.ts';

/** The rules of axe whose results depend on colors. The results of the other rules are the same in every theme. */
const colorRules = ['color-contrast', 'link-in-text-block'];

for (const theme of themeNames) {
  test.describe(`theme ${theme}`, () => {
    // One page shows all states, because a new page takes longer than a test.
    test.describe.configure({ mode: 'default' });
    let harness: PageHarness;
    test.beforeAll(async ({ browser }) => {
      harness = await PageHarness.open(await browser.newPage({ viewport: { width: 1280, height: 900 } }), {
        theme,
      });
    });
    test.afterAll(() => harness.page.context().close());

    const rules = theme === 'dark' ? undefined : colorRules;
    const expectation = rules === undefined ? 'has no accessibility violations' : 'has enough contrast';
    for (const [state, content] of Object.entries(states)) {
      test(`${state}: ${expectation}`, async () => {
        await harness.show(content);
        await harness.savePicture(`${state}-${theme}`);
        expect(await harness.findA11yViolations(rules)).toEqual([]);
        expect(harness.errors, 'errors on the page').toEqual([]);
      });
    }
  });
}

// The style sheet has other borders for high contrast themes. The remaining themes differ only in their colors.
const layouts: readonly { readonly theme: ThemeName; readonly width: number; readonly zoom?: number }[] = [
  ...(['dark', 'hc-dark'] as const).flatMap((theme) => [300, 700, 1280].map((width) => ({ theme, width }))),
  ...[0.5, 3].map((zoom) => ({ theme: 'dark' as const, width: Math.round(1280 / zoom), zoom })),
];
for (const { theme, width, zoom = 1 } of layouts) {
  test(`every state fits a width of ${width} px at zoom ${zoom * 100}% in theme ${theme}`, async ({
    browser,
  }) => {
    const page = await browser.newPage({
      viewport: { width, height: Math.round(900 / zoom) },
      deviceScaleFactor: zoom,
    });
    const harness = await PageHarness.open(page, { theme });
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
