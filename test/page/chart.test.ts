import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { type ThemeName, themes } from './PageHarness.ts';
import { readCanvasColors } from './readCanvasColors.ts';
import { sampleChart, samplePage, startedAt } from './samplePages.ts';

const { chart } = samplePage();
const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const timeOfDay = new Intl.DateTimeFormat('en', { timeStyle: 'medium', timeZone: 'Europe/Berlin' });

/** Formats the rows, the time and the rate of a point as the page displays them. */
function formatReadingsAt(index: number): [rows: string, time: string, rate: string] {
  const rate = chart.rates[index] ?? null;
  return [
    count.format(chart.rows[index] ?? NaN),
    timeOfDay.format((chart.times[index] ?? NaN) * 1_000),
    rate === null ? '–' : count.format(rate),
  ];
}

/** Asserts that the page displays the values of this point of the chart. */
async function expectReadingsAt(page: Page, index: number): Promise<void> {
  await expect(page.locator('.readings dd')).toHaveText(formatReadingsAt(index));
}

test.beforeEach(({ harness }) => harness.show({ page: samplePage() }));

test('shows the values of the last point, or of the point under the mouse', async ({ page }) => {
  const plot = page.getByRole('slider');
  await expectReadingsAt(page, 119);
  const { width } = (await plot.boundingBox()) ?? { width: 0 };
  for (const index of [0, 1, 50, 77, 118]) {
    await plot.hover({ position: { x: Math.min(width - 1, (width * index) / 119 + 1), y: 60 } });
    await expectReadingsAt(page, index);
  }
  await page.mouse.move(5, 5);
  await expectReadingsAt(page, 119);
});

test('shows the current rate, otherwise the last known rate, and no rate if neither is known', async ({
  harness,
  page,
}) => {
  const rate = page.locator('.readings .rate dd');
  const rates = [...chart.rates.slice(0, -1), null];
  await harness.show({ page: samplePage({ chart: { ...chart, rates } }) });
  await expect(rate).toHaveText(count.format(chart.rates.at(-2) ?? NaN));
  await harness.show({ page: samplePage({ chart: { ...chart, rates, currentRate: 4_321 } }) });
  await expect(rate).toHaveText('4,321');
  const short = sampleChart(3);
  const withoutRates = { ...short, rates: short.rates.map(() => null) };
  await harness.show({ page: samplePage({ chart: { ...withoutRates, currentRate: 1_234 } }) });
  await expect(rate).toHaveText('1,234');
  await harness.show({ page: samplePage({ chart: withoutRates }) });
  await expect(rate).toHaveCount(0);
});

test('shows the rows of the previous run and the deliveries at the cursor', async ({ page }) => {
  const deliveries = page.locator('.legend li', { hasText: 'Deliveries of this sink' });
  const previousRun = page.locator('.legend li', { hasText: 'Previous run (2 d ago)' });
  await expect(previousRun).toHaveText('Previous run (2 d ago)');
  await page.getByRole('slider').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(previousRun).toHaveText('Previous run (2 d ago): 23,200');
  await expect(deliveries).toHaveText('Deliveries of this sink since the backfill began');
  await page.keyboard.press('End');
  await expect(previousRun).toHaveText('Previous run (2 d ago)');
  await expect(deliveries).toHaveText('Deliveries of this sink since the backfill began: 1,310,100');
});

test('keeps the plot in place while the mouse moves over it', async ({ harness, page }) => {
  const plot = page.getByRole('slider');
  const box = await plot.boundingBox();
  const { x, y, width } = box ?? { x: 0, y: 0, width: 0 };
  for (const fraction of [0.1, 0.4, 0.65, 0.8, 0.99]) {
    await page.mouse.move(x + width * fraction, y + 50);
    await harness.waitForFrames();
    expect(await plot.boundingBox()).toEqual(box);
  }
});

test('moves the cursor of the plot with the keyboard and announces the values', async ({ page }) => {
  const plot = page.getByRole('slider', { name: 'Throughput' });
  await page.getByRole('button', { name: 'Copy as cURL' }).focus();
  await page.keyboard.press('Tab');
  await expect(plot).toBeFocused();
  await expectReadingsAt(page, 119);
  await expect(plot).toHaveAttribute('aria-valuemax', '119');
  const steps: readonly [string, number][] = [
    ['ArrowLeft', 118],
    ['ArrowRight', 119],
    ['ArrowRight', 119],
    ['PageDown', 109],
    ['Home', 0],
    ['ArrowLeft', 0],
    ['PageUp', 10],
    ['ArrowUp', 11],
    ['ArrowDown', 10],
    ['End', 119],
  ];
  for (const [key, index] of steps) {
    await page.keyboard.press(key);
    await expectReadingsAt(page, index);
    await expect(plot).toHaveAttribute('aria-valuenow', `${index}`);
  }

  await page.keyboard.press('Home');
  for (let index = 0; index < 50; index++) {
    await page.keyboard.press('ArrowRight');
  }
  const [rows] = formatReadingsAt(50);
  await expect(plot).toHaveAttribute(
    'aria-valuetext',
    new RegExp(
      `^2:01:40\\sPM, Rows processed ${rows}, Rows per second –, Deliveries .+: 589,600, Previous run .+: 1,160,000, Paused$`,
    ),
  );
  await expect(page.locator('.legend .at-cursor')).toHaveText([
    /^\s*Deliveries/,
    /^\s*Previous run/,
    'Paused',
  ]);
  await page.keyboard.press('Tab');
  await expectReadingsAt(page, 119);
});

test('names the plot for screen readers, and shows its data as a table', async ({ harness, page }) => {
  await expect(page.getByRole('img', { name: 'Throughput' })).toBeVisible();
  const table = page.getByRole('region', { name: 'Data table' });
  const rows = page.locator('.data tbody tr');
  await expect(rows).toHaveCount(0);
  await page.getByText('Data table').click();
  await expect(rows).toHaveCount(120);
  await expect(table.locator('th')).toHaveText([
    'Time',
    'Rows processed',
    'Rows per second',
    'Deliveries of this sink since the backfill began',
    'Previous run (2 d ago)',
  ]);
  const format = (value: number | null | undefined) => (value == null ? '–' : count.format(value));
  await expect(table.locator('td')).toHaveText(
    chart.times.flatMap((_, index) => {
      const [done, time, rate] = formatReadingsAt(index);
      return [time, done, rate, ...chart.otherLines.map(({ values }) => format(values[index]))];
    }),
  );
  await harness.show({ page: samplePage({ chart: { ...chart, otherLines: [] } }) });
  await expect(table.locator('th')).toHaveCount(3);
  await expect(rows.first().locator('td')).toHaveCount(3);
});

test('renders the rows of the data table only while the table is open', async ({ harness, page }) => {
  const rows = page.locator('.data tbody tr');
  await page.getByText('Data table').click();
  await expect(rows).toHaveCount(120);
  await harness.show({ page: samplePage({ chart: sampleChart(130) }) });
  await expect(rows).toHaveCount(130);
  await page.getByText('Data table').click();
  await expect(rows).toHaveCount(0);
  await harness.show({ page: samplePage({ chart: sampleChart(140) }) });
  await expect(rows).toHaveCount(0);
  await page.getByText('Data table').click();
  await expect(rows).toHaveCount(140);
});

test('shows a message instead of a chart until there are two points with different numbers of rows', async ({
  harness,
  page,
}) => {
  await page.reload();
  const message = page.getByText(chart.labels.noSamples);
  const idle = sampleChart(20);
  for (const empty of [sampleChart(1), { ...idle, rows: idle.rows.map(() => 0) }]) {
    await harness.show({ page: samplePage({ chart: empty }) });
    await expect(message).toBeVisible();
    await expect(page.locator('canvas')).toBeHidden();
  }
  await harness.show({ page: samplePage({ chart: sampleChart(2) }) });
  await expect(page.locator('canvas')).toBeVisible();
  await expect(message).toBeHidden();
  expect((await readCanvasColors(page)).length).toBeGreaterThan(2);
});

test('lists each kind of span and mark once in the legend', async ({ harness, page }) => {
  const entries = page.locator('.legend li');
  await expect(entries).toHaveText([
    'Deliveries of this sink since the backfill began',
    'Previous run (2 d ago)',
    'Paused',
    'Not observed',
    'Restarted: sink edited',
  ]);
  const spans = [
    { kind: 'paused', from: startedAt, to: startedAt + 20, text: 'Paused' },
    { kind: 'paused', from: startedAt + 88, to: startedAt + 128, text: 'Paused' },
  ] as const;
  await harness.show({
    page: samplePage({ chart: { ...chart, spans, marks: [], otherLines: [] } }),
  });
  await expect(entries).toHaveText(['Paused']);
});

test('fits the plot to the available width', async ({ page }) => {
  const measureWidth = async (selector: string) => (await page.locator(selector).boundingBox())?.width;
  for (const width of [1280, 420, 900]) {
    await page.setViewportSize({ width, height: 900 });
    await expect
      .poll(async () => (await measureWidth('canvas')) === (await measureWidth('.plot')), `at ${width} px`)
      .toBe(true);
  }
});

test('uses the colors of the theme and follows a theme change', async ({ harness, page }) => {
  const getBlue = (theme: ThemeName) => themes[theme].variables['--vscode-charts-blue'];
  expect(await readCanvasColors(page)).toContain(getBlue('dark'));
  for (const theme of ['newest-light', 'newest-dark'] as const) {
    await harness.setTheme(theme);
    const colors = await readCanvasColors(page);
    expect(colors).toContain(getBlue(theme));
    expect(colors).not.toContain(getBlue('dark'));
  }
});

test('dashes the lines of the rate and the deliveries only in high contrast themes', async ({
  harness,
  page,
}) => {
  await page.evaluate(`{
    window.dashes = [];
    const { setLineDash } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.setLineDash = function (dash) {
      dashes.push(dash.join());
      setLineDash.call(this, dash);
    };
  }`);
  for (const theme of ['light', 'hc-dark', 'dark', 'hc-light'] as const) {
    await page.evaluate('dashes.length = 0');
    await harness.setTheme(theme);
    const dashes = await page.evaluate<string[]>('dashes');
    for (const dash of ['6,4', '10,3,2,3']) {
      expect(dashes.includes(dash), theme).toBe(theme.startsWith('hc-'));
    }
  }
});

test('draws extreme times and numbers', async ({ harness, page }) => {
  const longGaps = { ...sampleChart(3), times: [startedAt, startedAt + 1e6, startedAt + 4e7] };
  const charts = [
    { ...sampleChart(2), rows: [0, 1e-9], rates: [null, 0] },
    { ...sampleChart(2), times: [startedAt, startedAt], rows: [5, 7], rates: [null, 3] },
    {
      ...sampleChart(3),
      rows: [0, 9e15, 9e15],
      rates: [null, 1e300, null],
      rowsInitial: Number.MAX_SAFE_INTEGER,
    },
    sampleChart(2, {
      spans: [{ kind: 'unobserved', from: startedAt - 1e6, to: startedAt + 1e6, text: 'Not monitored' }],
    }),
    sampleChart(2, {
      marks: [
        { time: startedAt - 100, text: 'Before' },
        { time: startedAt + 100, text: 'After' },
      ],
    }),
    sampleChart(2_000),
    longGaps,
  ];
  for (const extreme of charts) {
    await harness.show({ page: samplePage({ chart: extreme }) });
    expect(await readCanvasColors(page)).not.toEqual([]);
    await page.getByRole('slider').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('End');
    expect(await harness.measureHorizontalOverflow()).toBe(0);
  }
  await expect(page.locator('.readings dd').nth(1)).toContainText('2027');
});

test.describe('in German', () => {
  test.use({ language: 'de' });

  test('formats numbers and times in the display language', async ({ page }) => {
    await expect(page.locator('.readings dd').first()).toHaveText('1.345.028');
    await expect(page.locator('.readings dd').nth(1)).toHaveText('14:03:58');
  });
});
