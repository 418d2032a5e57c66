import type { BackfillPage } from '../../src/detail/protocol.ts';
import { expect, test } from './fixtures.ts';
import { sampleChart, samplePage, states } from './samplePages.ts';

/**
 * Creates the sample page as of a few seconds later. Each value that changes while a backfill is running is different.
 */
function createLaterPage(overrides: Partial<BackfillPage> = {}): BackfillPage {
  const { figures, facts, json, chart } = samplePage();
  return samplePage({
    fraction: 0.7,
    percent: '70%',
    progress: '1,400,000 of 2,000,000 rows',
    figures: figures.map((figure) => ({ ...figure, value: `${figure.value}!` })),
    chart: sampleChart(130, { rowsInitial: 2_000_000, otherLines: chart.otherLines }),
    facts: facts.map((fact) =>
      fact.label.startsWith('rows_processed') ? { ...fact, value: '1,400,000' } : fact,
    ),
    json: json.replace('1345000', '1400000'),
    ...overrides,
  });
}

test.beforeEach(({ harness }) => harness.show({ page: samplePage() }));

test('keeps the focus on a button that is disabled or replaced', async ({ harness, page }) => {
  const findButton = (name: string) => page.getByRole('button', { name, exact: true });
  await findButton('Pause').focus();
  await page.keyboard.press('Enter');
  await harness.show({
    page: samplePage({
      buttons: buttons.map((each) => ({ ...each, enabled: false })),
      pendingText: 'pausing…',
    }),
  });
  await expect(findButton('Pause')).toBeFocused();
  await expect(findButton('Pause')).toHaveAttribute('aria-disabled', 'true');

  const pausedButtons = states.paused.page.buttons.map((each) => ({ ...each, enabled: true }));
  await harness.show({ page: samplePage({ buttons: pausedButtons }) });
  await expect(findButton('Resume')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect
    .poll(() => harness.getSentMessages())
    .toEqual([
      { type: 'run', action: 'pauseBackfill' },
      { type: 'run', action: 'resumeBackfill' },
    ]);
});

const { buttons, runs } = samplePage();
for (const [title, before, focused, after, target, next] of [
  [
    'keeps the position in the tab order when the focused button disappears',
    states.active,
    'Cancel Backfill…',
    { page: samplePage({ buttons: buttons.slice(2) }) },
    '.buttons',
    'Open in Sequin Console',
  ],
  [
    'moves the focus to the other buttons when the diagnosis disappears',
    states.sinkOnHold,
    'Resume Sink',
    states.sink,
    '.buttons',
    'Start Backfill…',
  ],
  [
    'moves the focus to the list when the button that shows all rows disappears',
    { page: samplePage({ runs: { ...runs, showAllLabel: 'Show All' } }) },
    'Show All',
    states.active,
    'role=region[name="Previous runs"]',
    '2 d ago, Open run of public.orders',
  ],
  [
    'moves the focus to the page when a notice disappears',
    states.disconnected,
    'Retry',
    states.active,
    'main',
    'Pause',
  ],
] as const) {
  test(title, async ({ harness, page }) => {
    const findButton = (name: string) => page.getByRole('button', { name, exact: true });
    await harness.show(before);
    await findButton(focused).focus();
    await harness.show(after);
    await expect(page.locator(target)).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(findButton(next)).toBeFocused();
  });
}

test('keeps the focus on a run when a new run is inserted above it', async ({ harness, page }) => {
  const run = page.getByRole('button', { name: '3 d ago' });
  await run.focus();
  const added = runs.rows
    .slice(1, 2)
    .map((row) => ({ ...row, backfillId: 'new', cells: ['1 s ago', 'Active'] }));
  await harness.show({ page: createLaterPage({ runs: { ...runs, rows: [...added, ...runs.rows] } }) });
  await expect(run).toBeFocused();
  const rows = page.locator('.backfills tbody tr');
  await expect(rows).toHaveCount(6);
  await expect(rows.first()).toContainText('1 s ago');
});

for (const [name, selector] of [
  ['subtitle', '.subtitle'],
  ['details', '.facts dd >> nth=0'],
  ['JSON', 'pre div >> nth=1'],
] as const) {
  test(`keeps a selection in the ${name} when the content changes`, async ({ harness, page }) => {
    const getSelectedText = () => page.evaluate<string>('getSelection().toString()');
    await page.locator('.json summary').click();
    await page.locator(selector).selectText();
    const selected = await getSelectedText();
    expect(selected).not.toBe('');
    await harness.show({
      page: createLaterPage({ pendingText: 'pausing…' }),
      notice: states.disconnected.notice,
    });
    expect(await getSelectedText()).toBe(selected);
  });
}

test('keeps the open sections and the scroll positions when the content changes', async ({
  harness,
  page,
}) => {
  const getScrollPositions = () => page.evaluate(`[scrollY, document.querySelector('.data').scrollTop]`);
  await page.getByText('Data table').click();
  await page.getByText('JSON', { exact: true }).click();
  await expect(page.locator('.data tbody tr')).toHaveCount(120);
  await page.evaluate(`document.querySelector('.data').scrollTop = 500; scrollTo(0, 400)`);
  expect(await getScrollPositions()).toEqual([400, 500]);
  await harness.show({ page: createLaterPage() });
  await expect(page.locator('details[open]')).toHaveCount(2);
  await expect(page.locator('pre')).toContainText('1400000');
  expect(await getScrollPositions()).toEqual([400, 500]);
});

test('keeps the cursor of the chart at its time when earlier points are thinned out', async ({
  harness,
  page,
}) => {
  await page.getByRole('slider').focus();
  for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight']) {
    await page.keyboard.press(key);
  }
  const readings = page.locator('.readings dd');
  await expect(readings.nth(1)).toHaveText('2:00:08 PM');
  const textsBefore = await readings.allTextContents();
  const chart = sampleChart(300);
  await harness.show({ page: createLaterPage({ chart }) });
  await expect(readings).toHaveText(textsBefore);
  const thinOut = <T>(list: readonly T[]) => list.filter((_, index) => index % 2 === 0);
  const { times, rows, rates } = chart;
  await harness.show({
    page: createLaterPage({
      chart: { ...chart, times: thinOut(times), rows: thinOut(rows), rates: thinOut(rates) },
    }),
  });
  await expect(readings).toHaveText(textsBefore);
});

test('reuses the canvas of the chart when the data changes', async ({ harness, page }) => {
  const readDrawing = () => page.evaluate<string>(`document.querySelector('canvas').toDataURL()`);
  const drawingBefore = await readDrawing();
  await page.evaluate(`document.querySelector('canvas').setAttribute('data-test', 'same')`);
  await harness.show({ page: createLaterPage() });
  await expect(page.locator('canvas')).toHaveAttribute('data-test', 'same');
  expect(await readDrawing()).not.toBe(drawingBefore);
});

test('changes only the elements whose content changed', async ({ harness, page }) => {
  await page.evaluate(`{
    window.changed = new Set();
    const place = (node) => (node.closest ? node : node.parentElement)?.closest('main > *, section, dl')?.className;
    new MutationObserver((records) => {
      for (const { target } of records) changed.add(place(target));
    }).observe(document.querySelector('main'), {
      subtree: true, childList: true, characterData: true, attributes: true,
    });
  }`);
  const content = { page: samplePage({ percent: '71%', announcement: 'Running, 70%' }) };
  await harness.show(content);
  expect(await page.evaluate('[...changed]')).toEqual(['progress', 'visually-hidden']);
  await page.evaluate('changed.clear()');
  await harness.show(content);
  expect(await page.evaluate('[...changed]')).toEqual([]);
});
