import { expect } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, createFrozenClock, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('The sidebar at its default width of 300 px', () => {
  test.describe.configure({ mode: 'serial' });
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ clock: createFrozenClock() });
    sequin = await openWorkbench({
      connectedTo: emulator,
      settings: { 'sequin.notifications': 'off' },
      viewport: { width: 1280, height: 1000 },
    });
    await sequin.open();
    for (const sink of ['billing-webhook', 'cache-redis', 'orders-to-kafka']) {
      await sequin.expand(sequin.row(sink));
    }
    await expect(sequin.row(/^public\.orders.*ago/)).toBeVisible();
    await sequin.moveMouseAway();
  });

  const activityRow = (text: string) =>
    sequin.activity.getByRole('treeitem').filter({ hasText: text }).first();

  test('shows in every row what distinguishes the row and what needs action', async () => {
    const texts: Record<string, RegExp> = {
      'customer-emails': /^customer-emails 1 stalled · /,
      'search-index': /^search-index 1 running · \d+%/,
      'sink paused': /^\d+:\d+ [AP]M sink paused · 1 h$/,
      'public.order_items': /^public\.order_items Paused at 62%$/,
      'at 18%': /^public\.orders at 18% · \d+ d ago$/,
      '1.2M': /^public\.orders 2 d ago · 1\.2M row/,
    };
    for (const [name, expected] of Object.entries(texts)) {
      expect(await sequin.readVisibleText(sequin.row(name))).toMatch(expected);
    }
    await sequin.savePicture('sidebar-300', { x: 0, y: 36, width: 360, height: 960 });
  });

  test('lists stalled backfills first in the Activity view, and paused and failed ones last', async () => {
    const rows = await sequin.activity.getByRole('treeitem').all();
    const texts = await Promise.all(rows.map((row) => sequin.readVisibleText(row)));
    const tables = texts.map((text) => text.split(' ')[0]);
    expect(tables.slice(0, 2).sort()).toEqual(['public.customers', 'public.sessions']);
    // The backfill of billing.invoices failed 20 minutes ago.
    expect(tables.slice(-2)).toEqual(['public.order_items', 'billing.invoices']);
    expect(texts.find((text) => text.startsWith('public.sessions'))).toMatch(/ sink paused · 1 h · /);
    expect(texts.find((text) => text.startsWith('public.customers'))).toMatch(/ sink disabled · 19 h/);
    expect(texts.find((text) => text.startsWith('analytics.page_views'))).toMatch(/ [\d.]+M rows/);
  });

  test('pauses and resumes the backfill of the focused row, not of the selected row, with a key', async () => {
    await activityRow('catalog.products').click();
    await sequin.page.keyboard.press('ArrowDown');
    const focused = sequin.activity.locator('.monaco-list-row.focused');
    const table = ((await focused.textContent()) ?? '').replace(/\d.*$/, '');
    await sequin.page.keyboard.press('Space');
    await expect(activityRow(table)).toContainText('Paused');
    await expect(activityRow('catalog.products')).not.toContainText('Paused');
    await expect(focused).toContainText(table);
    // For a moment after a write, the row accepts no other write.
    await focused.hover();
    await expect(focused.locator('[aria-label="Resume Backfill"]')).toBeVisible();
    await sequin.page.keyboard.press('Space');
    await expect(activityRow(table)).not.toContainText('Paused');
  });

  test('copies the ID of the focused backfill with Ctrl+C', async () => {
    await sequin.row('public.order_items').click();
    await sequin.page.keyboard.press('Control+C');
    const { backfills } = emulator.world.getSink('orders-to-kafka');
    const paused = backfills.find(({ json }) => json.table === 'public.order_items');
    await expect.poll(() => sequin.readClipboard()).toBe(paused?.json.id);
  });

  test('opens a backfill from a link in the hover of the status bar item', async () => {
    const item = sequin.page.locator('.statusbar-item', { hasText: 'running' });
    await expect(item).toHaveText(/\d running · \d+% +2 stalled/);
    await item.hover();
    await sequin.hover.getByRole('link', { name: /public\.sessions/ }).click();
    await expect(sequin.detail.getByRole('heading', { name: 'public.sessions' })).toBeVisible();
  });

  test('opens the page of a backfill with a copied link', async () => {
    const row = sequin.row(/public\.orders\d+%/);
    // A menu may close when the row below it changes.
    await expect(async () => {
      await sequin.choose(row, 'Copy Link');
      await expect.poll(() => sequin.readClipboard(), { timeout: 5_000 }).toContain('/backfill?server=');
    }).toPass();
    const copied = await sequin.readClipboard();
    expect(copied).not.toContain(emulator.token);

    await sequin.runCommand('Developer: Open URL');
    await expect(sequin.input).toContainText('URL to open');
    await sequin.enter(copied);
    await sequin.dialog.getByRole('button', { name: 'Open' }).click();
    await expect(sequin.detail.getByRole('heading', { name: 'public.orders' })).toBeVisible();
    await sequin.savePicture('link');
  });

  test('offers a next step for an empty server, and hides the Activity view', async () => {
    for (const { json } of [...emulator.world.sinks]) {
      emulator.world.removeSink(json.id);
    }
    await sequin.runCommand('Sequin: Refresh');
    await expect(sequin.row('Create a Sink in the Console')).toBeVisible();
    await expect(sequin.row('Learn about sinks')).toBeVisible();
    await expect(sequin.activity).toHaveCount(0);
    await sequin.savePicture('sidebar-empty', { x: 0, y: 36, width: 360, height: 400 });
  });
});
