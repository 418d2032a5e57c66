import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { backfillRef, themes } from './PageHarness.ts';
import { readCanvasColors } from './readCanvasColors.ts';
import { samplePage, states } from './samplePages.ts';

// The preview shows one backfill or sink after the other in the same document.

const nextRef = { ...backfillRef, backfillId: 'next' };
const sinkRef = { connectionId: 'c1', sinkId: 'sink' };

test.beforeEach(({ harness }) => harness.show(states.active));

test('the page of the next backfill starts at the top, with the same sections open', async ({
  harness,
  page,
}) => {
  await page.getByText('Data table').click();
  await expect(page.locator('.data tbody tr')).toHaveCount(120);
  await page.evaluate('scrollTo(0, 300)');
  // The scroll may end just after the message.
  await page.evaluate(`addEventListener('message', () => dispatchEvent(new Event('scrollend')))`);
  await harness.show(states.completed, nextRef);
  await expect(page.locator('.state')).toHaveText(states.completed.page.state.name);
  await expect(page.locator('.data tbody tr')).toHaveCount(150);
  expect(await page.evaluate('scrollY')).toBe(0);
  expect(await harness.getSavedState()).toEqual({ ...nextRef, openSections: ['data'], scrollTop: 0 });
});

test('the page of the next backfill announces only changes of that backfill', async ({ harness, page }) => {
  const region = page.locator('[aria-live]');
  await harness.show(states.paused);
  await expect(region).toHaveText('Paused, 60%');
  await harness.show(states.stalled, nextRef);
  await expect(region).toHaveText('');
  await harness.show(states.failed, nextRef);
  await expect(region).toHaveText('Failed, no primary key');
});

test('the page of the next backfill has no selection, focus or cursor from the previous page', async ({
  harness,
  page,
}) => {
  await page.getByRole('heading', { name: 'public.orders' }).selectText();
  await page.getByRole('slider').focus();
  await page.keyboard.press('Home');
  const rows = page.locator('.readings .rows dd');
  await expect(rows).toHaveText('0');
  await harness.show({ page: samplePage() }, nextRef);
  await expect(page.getByRole('main')).toBeFocused();
  await expect(rows).toHaveText('1,345,028');
  expect(await page.evaluate('getSelection().toString()')).toBe('');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeFocused();
});

test('sends actions for the sink that the page shows, not for the previous backfill', async ({
  harness,
  page,
}) => {
  await harness.show(states.sink, sinkRef);
  await page.getByRole('button', { name: 'Pause Sink…' }).click();
  await page.getByRole('button', { name: 'Show All' }).click();
  await page.getByRole('button', { name: 'public.events, Open backfill' }).click();
  await expect
    .poll(() => harness.getSentMessages(sinkRef))
    .toEqual([
      { type: 'run', action: 'pauseSink' },
      { type: 'run', action: 'showAllRows' },
      { type: 'openBackfill', backfillId: '00000005-0000-4000-8000-000000000000' },
    ]);
});

test('treats the second click of a double click on a link as a request to keep the new page open', async ({
  harness,
  page,
}) => {
  const clickAgain = async (target: Locator): Promise<void> => {
    await target.hover();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
  };
  // The first click of this double click was in another panel.
  await clickAgain(page.getByRole('button', { name: 'Pause' }));
  const keepOpen = { type: 'openBackfill', backfillId: 'backfill' };
  await expect.poll(() => harness.getSentMessages()).toEqual([keepOpen]);
  await harness.show(states.sink, sinkRef);
  await page.getByRole('button', { name: 'public.events, Open backfill' }).click();
  await harness.show(states.active);
  await clickAgain(page.getByText('Data table'));
  await expect.poll(() => harness.getSentMessages()).toEqual([keepOpen, keepOpen]);
  await expect(page.locator('.data')).toBeHidden();
  await page.getByRole('button', { name: 'Pause' }).dblclick();
  const pause = { type: 'run', action: 'pauseBackfill' };
  await expect.poll(() => harness.getSentMessages()).toEqual([keepOpen, keepOpen, pause, pause]);
});

test('shows the chart of a backfill at the current width again after the page showed a sink', async ({
  harness,
  page,
}) => {
  await harness.show(states.sink, sinkRef);
  await expect(page.locator('canvas')).toHaveCount(0);
  await page.setViewportSize({ width: 500, height: 900 });
  await harness.show(states.active);
  await expect(page.locator('canvas')).toBeVisible();
  await expect
    .poll(async () => (await page.locator('canvas').boundingBox())?.width)
    .toBe((await page.locator('.plot').boundingBox())?.width);
});

test('hides the cursor of the chart if the mouse moved away while the page showed a sink', async ({
  harness,
  page,
}) => {
  const rows = page.locator('.readings .rows dd');
  await page.getByRole('slider').hover({ position: { x: 1, y: 60 } });
  await expect(rows).toHaveText('0');
  await harness.show(states.sink, sinkRef);
  await page.mouse.move(5, 5);
  await harness.show(states.active);
  await expect(rows).toHaveText('1,345,028');
});

test('shows the chart in the colors of a theme that was selected while the page showed a sink', async ({
  harness,
  page,
}) => {
  await harness.show(states.sink, sinkRef);
  await harness.setTheme('newest-light');
  await harness.show(states.active);
  const blue = themes['newest-light'].variables['--vscode-charts-blue'];
  await expect.poll(() => readCanvasColors(page)).toContain(blue);
});

test('shows the chart in the font of the page even if its library was loaded while the page showed a sink', async ({
  harness,
  page,
}) => {
  await page.reload();
  await page.evaluate(`{
    window.fonts = new Set();
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (...args) {
      fonts.add(this.font);
      fillText.apply(this, args);
    };
  }`);
  const library = Promise.withResolvers<undefined>();
  await page.route('**/uplot.js', async (route) => {
    await library.promise;
    await route.fallback();
  });
  const shown = harness.show(states.active);
  const requested = page.waitForResponse('**/uplot.js');
  await page.getByRole('progressbar').waitFor();
  await harness.show(states.sink, sinkRef);
  await shown;
  library.resolve(undefined);
  await requested;
  await harness.waitForFrames();
  await harness.show(states.active);
  await expect.poll(() => page.evaluate('[...fonts]')).toEqual([expect.stringMatching(/^11px .*system-ui/)]);
});

for (const [name, ref] of [
  ['the next backfill is shown', nextRef],
  ['the focused button disappears', backfillRef],
] as const) {
  test(`leaves the focus outside the page when ${name}`, async ({ harness, page }) => {
    await page.getByRole('button', { name: 'Pause' }).focus();
    // As if the tree had the focus: the document keeps its active element.
    await page.evaluate('document.hasFocus = () => false');
    await harness.show(states.completed, ref);
    await expect(page.locator(':focus')).toHaveCount(0);
  });
}
