import { expect, type Locator } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, createSource, fastPolling, test } from './fixtures.ts';
import { ManualClock } from './ManualClock.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('Backfill page', () => {
  test.describe.configure({ mode: 'serial' });
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;
  const clock = new ManualClock();

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ scenario: 'empty', clock });
    const { world } = emulator;
    // So many rows that no backfill completes during the tests.
    world.addTable('shop.orders', 5_000_000);
    world.addSink({
      name: 'orders',
      source: createSource('shop.orders'),
      destination: { type: 'kafka', hosts: 'kafka:9092', topic: 'orders' },
    });
    const formatTimestamp = (daysAgo: number, seconds = 0) =>
      new Date(clock.now() - daysAgo * 86_400_000 + seconds * 1000).toISOString().replace(/\.\d+/, '');
    for (const daysAgo of [3, 2, 1]) {
      world.addBackfill('orders', {
        state: 'completed',
        rows_initial_count: 900_000,
        rows_processed_count: 900_000,
        rows_ingested_count: 900_000,
        inserted_at: formatTimestamp(daysAgo),
        updated_at: formatTimestamp(daysAgo, 60),
        completed_at: formatTimestamp(daysAgo, 60).replace('Z', '.000000Z'),
      });
    }
    world.addBackfill('orders', {});
    sequin = await openWorkbench({
      connectedTo: emulator,
      viewport: { width: 1280, height: 1000 },
      settings: { ...fastPolling, 'sequin.notifications': 'off' },
    });
    await sequin.open();
    await sequin.expand(sequin.row('orders'));
    await expect(sequin.row('900K rows')).toBeVisible();
  });

  const getLatestBackfill = () => {
    const backfill = emulator.world.getSink('orders').backfills.at(-1);
    if (backfill === undefined) {
      throw new Error('The sink has no backfills.');
    }
    return backfill;
  };
  const button = (name: string): Locator => sequin.detail.getByRole('button', { name, exact: true });
  const heading = (name: string): Locator => sequin.detail.getByRole('heading', { name, exact: true });
  const progress = () => sequin.detail.getByText(/^[\d,]+ of 5,000,000 rows$/);
  const focusedButton = () => sequin.detail.locator('button:focus');

  const advance = (seconds: number, step?: number) => clock.advanceWithRequests(emulator, seconds, step);

  test('shows the progress, the actions and the previous runs', async () => {
    await advance(40);
    // The sink has backfills of one table only, so the label of each row is the start time.
    await sequin.openPage(sequin.row(/^\d+:\d+ [AP]M\d+%/), 'shop.orders');
    await expect(sequin.detail.getByText('orders → Kafka · orders @ kafka:9092')).toBeVisible();
    await expect(progress()).toBeVisible();
    await expect(button('Pause')).toBeVisible();
    await expect(heading('Previous runs')).toBeVisible();
    await expect(sequin.detail.getByText('900,000', { exact: true })).toHaveCount(3);
  });

  test('updates the figures without moving the focus', async () => {
    const textBefore = (await progress().textContent()) ?? '';
    await button('Copy ID').focus();
    await advance(30);
    await expect(progress()).not.toHaveText(textBefore);
    await expect(sequin.detail.getByText('Average rate').first()).toBeVisible();
    await expect(focusedButton()).toHaveText('Copy ID');
    await sequin.savePicture('page-running');
  });

  test('pauses and resumes with the keyboard and keeps the focus on the button', async () => {
    await button('Pause').focus();
    await sequin.page.keyboard.press('Enter');
    await expect(sequin.detail.getByText('Paused').first()).toBeVisible();
    expect(getLatestBackfill().json.state).toBe('paused');
    await expect(button('Resume')).toBeVisible();
    await expect(focusedButton()).toHaveText('Resume');
    await advance(20, 10);
    // The extension estimates the server's time from the responses.
    await expect(sequin.detail.getByText('Paused for').locator('..')).toContainText(/\d\d s/);
    // After a write, the button is disabled for a moment, so that pressing it twice writes only once.
    await expect(button('Resume')).toBeEnabled();
    await sequin.page.keyboard.press('Enter');
    await expect(button('Pause')).toBeVisible();
    expect(getLatestBackfill().json.state).toBe('active');
    await advance(20, 10);
    await expect(sequin.detail.getByText('Resumed')).toBeVisible();
    await expect(sequin.detail.getByText('Paused for')).toBeVisible();
    await sequin.page.mouse.move(640, 990);
    await sequin.savePicture('page-resumed');
  });

  test('shows the current progress when a hidden page becomes visible again', async () => {
    await sequin.runCommand('File: New Untitled Text File');
    await advance(5);
    const rowsWhenHidden = getLatestBackfill().json.rows_processed_count;
    await advance(40, 10);
    await sequin.page.getByRole('tab', { name: 'shop.orders' }).click();
    await expect
      .poll(async () => Number((await progress().textContent())?.split(' ')[0]?.replaceAll(',', '')))
      .toBeGreaterThan(rowsWhenHidden);
  });

  test('restores the chart and the timeline after the window reloads', async () => {
    await sequin.workbench.reload();
    await expect(heading('shop.orders')).toBeVisible();
    await expect(sequin.detail.getByText('Resumed')).toBeVisible();
    await expect(heading('Throughput')).toBeVisible();
    await expect(sequin.detail.locator('canvas')).toBeVisible();
  });

  test('opens a previous run, and explains that it has no throughput data', async () => {
    await sequin.detail.getByText('1 d ago', { exact: true }).click();
    await expect(sequin.detail.getByText('No throughput data')).toBeVisible();
    await sequin.page.getByRole('tab', { name: 'shop.orders' }).nth(1).getByLabel('Close').click();
    await expect(button('Pause')).toBeVisible();
  });

  test('reuses one page for single clicks until a double click keeps the page open', async () => {
    const tabs = sequin.page.getByRole('tab', { name: 'shop.orders' });
    const runs = sequin.rows('900K rows');
    await runs.nth(0).click();
    await expect(tabs).toHaveCount(2);
    const title = (await tabs.nth(1).textContent()) ?? '';
    expect(title).toMatch(/^shop\.orders \(.+\)/);
    await runs.nth(1).click();
    await expect(tabs.nth(1)).not.toHaveText(title);
    await expect(tabs).toHaveCount(2);
    await expect(sequin.sidebar.getByRole('tree').first()).toBeFocused();
    await runs.nth(1).dblclick();
    await runs.nth(2).click();
    await expect(tabs).toHaveCount(3);
    await sequin.savePicture('page-tabs');
    for (const index of [2, 1]) {
      await tabs.nth(index).getByLabel('Close').click();
    }
    await expect(button('Pause')).toBeVisible();
  });

  test('cancels the backfill after confirmation and runs it again', async () => {
    await button('Cancel Backfill…').click();
    await expect(sequin.dialog.getByText('Cancel shop.orders → orders?')).toBeVisible();
    await sequin.clickInDialog('Cancel Backfill');
    await expect(sequin.detail.getByText('Cancelled').first()).toBeVisible();
    await button('Run Again…').click();
    await expect(sequin.dialog.getByText('Start a backfill of shop.orders?')).toBeVisible();
    await sequin.clickInDialog('Start');
    await expect.poll(() => getLatestBackfill().json.state).toBe('active');
  });
});
