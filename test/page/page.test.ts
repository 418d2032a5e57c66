import { join } from 'node:path';
import { build } from 'esbuild';
import type { PageAction } from '../../src/detail/protocol.ts';
import { projectDir } from '../host/paths.ts';
import { expect, test } from './fixtures.ts';
import { createNaughtyPage, naughtyTexts } from './naughtyPage.ts';
import { backfillRef, PageHarness } from './PageHarness.ts';
import { samplePage, states } from './samplePages.ts';

const headings = 'main :is(h1, h2):visible';

test('shows the rest of the page while the library of the chart is loading', async ({ harness, page }) => {
  const library = Promise.withResolvers<undefined>();
  await page.route('**/uplot.js', async (route) => {
    await library.promise;
    await route.fallback();
  });
  const shown = harness.show({ page: samplePage() });
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(page.locator('.readings')).toBeVisible();
  await expect(page.locator('canvas')).toHaveCount(0);
  library.resolve(undefined);
  await shown;
  await expect(page.locator('canvas')).toBeVisible();
});

test('shows the values of the chart while its library can’t be loaded, and draws the chart after a retry', async ({
  browser,
}) => {
  // An installed clock can't be removed, so this test doesn't share its page with other tests.
  const page = await browser.newPage();
  await page.clock.install();
  const harness = await PageHarness.open(page);
  await page.route('**/uplot.js', (route) => route.abort());
  await harness.show({ page: samplePage() });
  await expect(page.locator('.plot')).toBeHidden();
  await expect(page.locator('.readings')).toBeVisible();
  // The browser reports the failed request.
  await expect.poll(() => harness.errors).toEqual([expect.stringContaining('ERR_FAILED')]);
  await page.unroute('**/uplot.js');
  await page.clock.fastForward(30_000);
  await expect(page.locator('canvas')).toBeVisible();
  await page.close();
});

test('reports to the extension that it is ready, and saves which backfill it shows', async ({
  harness,
  page,
}) => {
  expect(await page.evaluate('host.sent')).toEqual([{ type: 'ready', timeZone: expect.any(String) }]);
  await harness.show({});
  expect(await harness.getSavedState()).toEqual({ ...backfillRef, openSections: [], scrollTop: 0 });
});

test('sends the action of each button that is clicked', async ({ harness, page }) => {
  await harness.show(states.active);
  const { buttons } = samplePage();
  for (const { label } of buttons) {
    await page.getByRole('button', { name: label, exact: true }).click();
  }
  await expect
    .poll(() => harness.getSentMessages())
    .toEqual(buttons.map(({ id }) => ({ type: 'run', action: id })));
});

test('sends an action once per key press, even for a held key, and doesn’t scroll', async ({
  harness,
  page,
}) => {
  await harness.show(states.active);
  await page.setViewportSize({ width: 700, height: 500 });
  await page.getByRole('button', { name: 'Copy ID' }).focus();
  const scrollY = await page.evaluate('scrollY');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  // A second keydown without a keyup is the repetition of a key that is held down.
  await page.keyboard.down('Enter');
  await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await harness.waitForFrames();
  expect(await harness.getSentMessages()).toEqual(Array(3).fill({ type: 'run', action: 'copyBackfillId' }));
  expect(await page.evaluate('scrollY')).toBe(scrollY);
});

test('moves the focus while Tab is held down', async ({ harness, page }) => {
  await harness.show(states.active);
  await page.getByRole('button', { name: 'Pause' }).focus();
  await page.keyboard.down('Tab');
  await page.keyboard.down('Tab');
  await page.keyboard.down('Tab');
  await page.keyboard.up('Tab');
  await expect(page.getByRole('button', { name: 'Copy ID' })).toBeFocused();
});

test('isolates the text direction of names and values from the server', async ({ harness, page }) => {
  const name = 'שלום (1)';
  const facts = [{ label: 'table', value: name }];
  const checks = [{ name, status: 'error', icon: 'error', statusName: 'Error', error: name }];
  await harness.show({ ...states.active, page: { ...samplePage(), title: name, checks, facts } });
  for (const selector of ['h1', '.checks li', '.checks p', '.facts dd']) {
    const isolated = page.locator(`${selector} bdi`).first();
    await expect(isolated).toHaveText(name);
    await expect(isolated).toHaveCSS('unicode-bidi', 'isolate');
  }
});

test('sends nothing for a disabled button', async ({ harness, page }) => {
  await harness.show(states.paused);
  const resume = page.getByRole('button', { name: 'Resume' });
  await resume.click({ force: true });
  await resume.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  await harness.waitForFrames();
  expect(await harness.getSentMessages()).toEqual([]);
  await expect(page.getByText('resuming…')).toBeVisible();
});

test('sends the action of the button in a notice', async ({ harness, page }) => {
  const runAction = (action: PageAction) => ({ type: 'run', action });
  await harness.show(states.gone);
  await expect(page.getByRole('heading', { name: 'This backfill no longer exists' })).toBeVisible();
  await page.getByRole('button', { name: 'Close Page' }).click();
  await harness.show(states.disconnected);
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect.poll(() => harness.getSentMessages()).toEqual([runAction('closePage'), runAction('refresh')]);
});

test('opens another run, and marks the run that the page shows', async ({ harness, page }) => {
  await harness.show(states.active);
  await page.getByRole('button', { name: '4 d ago, Open run' }).click();
  await expect
    .poll(() => harness.getSentMessages())
    .toEqual([{ type: 'openBackfill', backfillId: '00000002-0000-4000-8000-000000000000' }]);
  const current = page.locator('[aria-current=true]');
  await expect(current).toContainText('4 min ago');
  await expect(current.getByRole('button')).toHaveCount(0);
});

test('opens a backfill from the page of a sink, and has no link for a table that was never backfilled', async ({
  harness,
  page,
}) => {
  await harness.show(states.sink);
  await expect(page.locator(headings)).toHaveText([
    'orders-kafka',
    'Sink health',
    'Backfills',
    'Tables',
    'Destination',
    'Settings',
  ]);
  await page.getByRole('button', { name: 'public.customers, Open backfill' }).first().click();
  await expect
    .poll(() => harness.getSentMessages())
    .toEqual([{ type: 'openBackfill', backfillId: '00000003-0000-4000-8000-000000000000' }]);
  const rowWithoutBackfill = page.getByRole('row', { name: 'never' }).first();
  await expect(rowWithoutBackfill).toContainText('public.order_items');
  await expect(rowWithoutBackfill.getByRole('button')).toHaveCount(0);
});

test('runs the action that removes the cause of a stall', async ({ harness, page }) => {
  await harness.show(states.sinkPaused);
  await page.locator('.diagnosis').getByRole('button', { name: 'Resume Sink' }).click();
  await expect.poll(() => harness.getSentMessages()).toEqual([{ type: 'run', action: 'resumeSink' }]);
});

test('shows its sections in reading order', async ({ harness, page }) => {
  await harness.show(states.stalled);
  await expect(page.locator(headings)).toHaveText([
    'public.orders',
    'Deliveries failing since 2:01 PM (2 min 16 s)',
    'Sink health',
    'Throughput',
    'Timeline',
    'Previous runs',
    'Details',
    'JSON',
  ]);
  await expect(page).toHaveTitle('public.orders');
  await expect(page.getByRole('main')).toHaveCount(1);
});

test('announces each 10% of progress, a change of the state and an outage once, but not the initial state', async ({
  harness,
  page,
}) => {
  await harness.show(states.active);
  await harness.show(states.active);
  await expect(page.locator('[aria-live]')).toHaveText('');
  await page.evaluate(`{
    window.announced = [];
    new MutationObserver((records) => {
      const regions = new Set(records.map(({ target }) =>
        (target.nodeType === Node.TEXT_NODE ? target.parentElement : target).closest('[aria-live], [role=status]'),
      ));
      for (const region of regions) if (region) window.announced.push(region.textContent.trim());
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }`);
  const { page: paused } = states.paused;
  const { notice } = states.disconnected;
  for (const content of [
    { page: samplePage({ percent: '61%', progress: '1,220,000 of 2,000,000 rows' }) },
    { page: samplePage({ percent: '72%', announcement: 'Running, 70%' }) },
    { page: paused },
    { page: paused },
    { page: paused, notice },
    { page: paused, notice },
  ]) {
    await harness.show(content);
  }
  expect(await page.evaluate('window.announced')).toEqual([
    'Running, 70%',
    'Paused, 60%',
    expect.stringContaining('connect'),
  ]);
});

test('is navigable with Tab from top to bottom', async ({ harness, page }) => {
  await harness.show(states.disconnected);
  const findButton = (name: string) => page.getByRole('button', { name, exact: true });
  const stops = [
    ...['Retry', 'Pause', 'Cancel Backfill…', 'Open in Sequin Console'].map(findButton),
    ...['Copy ID', 'Copy Link', 'Copy as cURL'].map(findButton),
    page.getByRole('slider', { name: 'Throughput' }),
    page.locator('summary', { hasText: 'Data table' }),
    ...['2 d', '3 d', '4 d', '7 d'].map((ago) => findButton(`${ago} ago, Open run of public.orders`)),
    page.locator('summary', { hasText: 'JSON' }),
    findButton('Copy as JSON'),
  ];
  for (const stop of stops) {
    await page.keyboard.press('Tab');
    await expect(stop).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(page.locator(':focus')).toHaveCount(0);
});

test('shows the progress as a bar, except for a finished backfill whose rows were not counted', async ({
  harness,
  page,
}) => {
  await harness.show(states.active);
  const bar = page.getByRole('progressbar', { name: 'Progress' });
  await expect(bar).toHaveAttribute('value', '0.6725');
  await expect(page.getByText('1,345,000 of 2,000,000 rows')).toBeVisible();

  const uncounted = { fraction: null, percent: null };
  await harness.show({ page: samplePage(uncounted) });
  await expect(bar).toBeVisible();
  await expect(bar).not.toHaveAttribute('value');
  await expect(page.locator('.percent')).toBeHidden();

  const state = { id: 'cancelled', name: 'Cancelled', icon: 'circle-slash' };
  await harness.show({ page: samplePage({ ...uncounted, state }) });
  await expect(bar).toBeHidden();
});

test('animates the progress bar while rows are counted, but not with reduced motion or stale data', async ({
  harness,
  page,
}) => {
  const countAnimations = () => page.evaluate<number>('document.getAnimations().length');
  const counting = states.counting.page;
  await harness.show({ page: { ...counting, pendingText: 'pausing…' } });
  await expect(page.getByRole('progressbar')).not.toHaveAttribute('value');
  await expect.poll(countAnimations).toBe(2);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(countAnimations).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect.poll(countAnimations).toBe(2);
  await harness.show({ page: counting, notice: states.disconnected.notice });
  await expect.poll(countAnimations).toBe(0);
});

test('hides empty sections, except for the chart, the previous runs and the JSON', async ({
  harness,
  page,
}) => {
  await harness.show(states.stalled);
  await harness.show({
    page: samplePage({
      subtitle: '',
      figures: [],
      checks: [],
      timeline: [],
      facts: [],
      buttons: [],
      runs: { summary: null, columns: [], rows: [], note: null, showAllLabel: null },
    }),
  });
  await expect(page.locator(headings)).toHaveText(['public.orders', 'Throughput', 'Previous runs', 'JSON']);
  expect(await harness.findA11yViolations()).toEqual([]);
  await harness.show(states.gone);
  await expect(page.locator(headings)).toHaveCount(1);
});

test('shows server text verbatim and never runs it as code', async ({ harness, page }) => {
  const naughty = createNaughtyPage(samplePage(), naughtyTexts);
  await harness.show({ page: naughty });
  await page.locator('.json summary').click();
  // `toHaveText` would ignore differences in white space.
  const expectTexts = async (selector: string, texts: unknown[]) => {
    await expect.poll(() => page.locator(selector).allTextContents(), selector).toEqual(texts);
  };
  await expectTexts('h1', [naughty.title]);
  await expectTexts('.facts dd', naughtyTexts);
  await expectTexts(
    '.facts dt',
    naughty.facts.map(({ label }) => label),
  );
  await expectTexts(
    '.timeline .text',
    naughty.timeline.map(({ text }) => text),
  );
  await expectTexts(
    '.checks p',
    naughty.checks.map(({ error }) => error),
  );
  await expectTexts(
    '.backfills tbody tr td:not(:first-child)',
    naughty.runs.rows.flatMap(({ cells }) => cells.slice(1)),
  );
  await expectTexts('pre div', naughty.json.split('\n'));
  const injectable =
    'img, script, iframe, object, embed, video, audio, svg, a, form, input, link, style, b, marquee';
  await expect(page.locator('main').locator(injectable)).toHaveCount(0);
  expect(await harness.measureHorizontalOverflow()).toBe(0);
});

const scrolledState = { ...backfillRef, openSections: ['data'], scrollTop: 300 };

test('saves the scroll position and which sections are open', async ({ harness, page }) => {
  await harness.show(states.active);
  await page.getByText('Data table').click();
  // The page isn't long enough to scroll before the table is filled.
  await expect(page.locator('.data tbody tr')).toHaveCount(120);
  await page.evaluate('scrollTo(0, 300)');
  await expect.poll(() => harness.getSavedState()).toEqual(scrolledState);
});

test.describe('with a saved state', () => {
  test.use({ savedState: scrolledState });

  test('restores the scroll position and the open sections', async ({ harness, page }) => {
    await harness.show({ notice: { text: 'Loading…', severity: 'info', action: null } });
    await harness.show(states.active);
    await expect(page.locator('.data tbody tr')).toHaveCount(120);
    await expect.poll(() => page.evaluate('scrollY')).toBe(300);
  });
});

test.describe('with the saved state of another backfill', () => {
  test.use({ savedState: { ...scrolledState, backfillId: 'other' } });

  test('starts at the top, with the same sections open', async ({ harness, page }) => {
    await harness.show(states.active);
    await expect(page.locator('.data tbody tr')).toHaveCount(120);
    expect(await page.evaluate('scrollY')).toBe(0);
    expect(await harness.getSavedState()).toEqual({ ...scrolledState, scrollTop: 0 });
  });
});

test.describe('with content embedded in its document', () => {
  test.use({ initialContent: states.active });

  test('shows the content before the first message', async ({ harness, page }) => {
    await expect(page.locator('h1')).toHaveText('public.orders');
    await expect(page.locator('canvas')).toBeVisible();
    expect(await page.evaluate('host.sent')).toEqual([{ type: 'ready', timeZone: expect.any(String) }]);
    expect(await harness.getSavedState()).toMatchObject({ ...backfillRef, contentId: 'content' });
  });

  test('announces a change of the content even if it comes with the first message', async ({
    harness,
    page,
  }) => {
    await expect(page.locator('[aria-live]')).toHaveText('');
    await harness.show(states.completed);
    await expect(page.locator('[aria-live]')).toHaveText('Completed with delivery errors, 100%');
  });

  test.describe('and a saved state in which this content was already shown', () => {
    test.use({ savedState: { ...scrolledState, contentId: 'content' } });

    test('stays empty until the first message', async ({ harness, page }) => {
      await expect(page.locator(headings)).toHaveCount(0);
      await harness.show(states.completed);
      await expect(page.locator('h1')).toHaveText('public.orders');
      await expect(page.locator('[aria-live]')).toHaveText('');
    });
  });

  test.describe('and the saved state of an earlier document', () => {
    test.use({ savedState: { ...scrolledState, contentId: 'earlier' } });

    test('restores the scroll position and the open sections', async ({ harness, page }) => {
      await expect(page.locator('.data tbody tr')).toHaveCount(120);
      await expect.poll(() => page.evaluate('scrollY')).toBe(300);
      await expect.poll(() => harness.getSavedState()).toEqual({ ...scrolledState, contentId: 'content' });
    });
  });

  test.describe('and text in this content that could end its script element', () => {
    test.use({ initialContent: { page: createNaughtyPage(samplePage(), naughtyTexts), notice: null } });

    test('shows the text verbatim', async ({ harness, page }) => {
      await expect.poll(() => page.locator('.facts dd').allTextContents()).toEqual(naughtyTexts);
      // The scripts with VS Code's API, the content and the page's code, and the rendered `main`.
      await expect(page.locator('body > *')).toHaveCount(4);
      expect(await harness.getSentMessages()).toEqual([]);
    });
  });
});

test('ignores messages of browser extensions and from other origins', async ({ harness, page }) => {
  await harness.show(states.active);
  for (const message of [null, 'show', { type: 'other' }, { source: 'browser-extension' }]) {
    await harness.postMessage(message);
  }
  const data = { type: 'show', ref: backfillRef, page: null, notice: null };
  const event = { data, origin: 'https://other.test' };
  await page.evaluate(`dispatchEvent(new MessageEvent('message', ${JSON.stringify(event)}))`);
  await harness.waitForFrames();
  await expect(page.locator('h1')).toHaveText('public.orders');
});

test('has a minified script of at most 36 kB, without the library of the chart', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(projectDir, 'src/detail/page/main.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    external: ['uplot'],
    platform: 'browser',
    target: 'chrome138',
    legalComments: 'none',
  });
  expect(outputFiles).toHaveLength(1);
  expect(outputFiles[0]?.contents.length).toBeLessThanOrEqual(36_000);
});
