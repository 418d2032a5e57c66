import { expect } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, fastPolling, test } from './fixtures.ts';
import { ManualClock } from './ManualClock.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('First use', () => {
  test.describe.configure({ mode: 'serial' });
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;
  // In real time, the backfill would complete during the tests on a slow machine.
  const clock = new ManualClock();

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ clock });
    sequin = await openWorkbench({ settings: fastPolling });
  });

  const runningBackfill = () => sequin.row(/public\.orders\d+%/);

  test('shows a welcome view and sends no requests before the user connects', async () => {
    await sequin.open();
    await expect(sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' })).toBeVisible();
    await expect(sequin.sidebar.getByText('API token')).toBeVisible();
    await sequin.saveThemedPictures('welcome');
    expect(emulator.requests).toEqual([]);
  });

  test('reports an invalid and an unreachable address at the address input', async ({ startEmulator }) => {
    const other = await startEmulator();
    await other.stop();
    await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).click();
    await sequin.enter('not an address');
    await expect(sequin.input.getByText('Enter a valid address')).toBeVisible();
    await sequin.enter(other.url);
    await expect(sequin.input.getByText(`Can’t connect to ${other.url.slice(7)}`)).toBeVisible();
    expect(emulator.requests).toEqual([]);
  });

  test('reports a rejected token at the token input', async () => {
    await sequin.enter(`${emulator.url}/api/`);
    await expect(sequin.input.getByText(`API token of ${emulator.url}, `)).toBeVisible();
    await sequin.enter('wrong');
    await expect(sequin.input.getByText('rejected the API token')).toBeVisible();
    await sequin.saveThemedPictures('connect');
  });

  test('lists every sink after the user enters the correct token', async () => {
    await sequin.enter(emulator.token);
    await expect(sequin.row('signups-stream')).toBeVisible();
    await expect(sequin.row('Databases')).toBeVisible();
    await expect(sequin.rows()).toHaveCount(emulator.world.sinks.length + 1);
  });

  test('updates the progress of the backfills of an expanded sink', async () => {
    await sequin.widenSidebar(430);
    await sequin.expand(sequin.row('orders-to-kafka'));
    const textBefore = await runningBackfill().textContent();
    clock.advance(10);
    await expect(sequin.row(/public\.orders.* rows · \d+ min/)).toBeVisible();
    await expect(sequin.rows(textBefore ?? '')).toBeHidden();
    await sequin.moveMouseAway();
    await sequin.saveThemedPictures('tree', { x: 0, y: 36, width: 480, height: 400 });
  });

  test('shows the details of a backfill and of a sink in their hovers', async () => {
    await sequin.expectHover(
      runningBackfill(),
      'public.orders → orders-to-kafka',
      'Running',
      'Elapsed',
      'Started',
      'Open in Console',
    );
    await sequin.savePicture('hover', { x: 48, y: 36, width: 720, height: 560 });
    await sequin.moveMouseAway();
    await expect(sequin.hover).toBeHidden();
    await sequin.expectHover(sequin.row('billing-webhook'), '[http_endpoint]: Unexpected status code: 500');
    await sequin.moveMouseAway();
  });

  test('opens one page for a backfill that is opened several times', async () => {
    await sequin.openPage(runningBackfill(), 'public.orders');
    await expect(sequin.detail.getByText('Sink health')).toBeVisible();
    // A double click keeps the page open.
    await runningBackfill().dblclick();
    await runningBackfill().press('Enter');
    await expect(sequin.page.getByRole('tab', { name: 'public.orders' })).toHaveCount(1);
    await sequin.page.mouse.move(900, 780);
    await sequin.saveThemedPictures('page');
  });

  test('opens a backfill from the Command Palette', async () => {
    // VS Code closes a quick pick if the focus moves when the quick pick opens, such as to a page that was just opened.
    await expect(async () => {
      await sequin.runCommand('Sequin: Open Backfill');
      await sequin.input.getByRole('option', { name: 'catalog.products' }).click({ timeout: 10_000 });
    }).toPass();
    await expect(sequin.detail.getByRole('heading', { name: 'catalog.products' })).toBeVisible();
    await sequin.page.getByRole('tab', { name: 'catalog.products' }).getByLabel('Close').click();
  });

  test('opens the backfills of the sink in the Sequin console', async () => {
    const opened = sequin.page.context().waitForEvent('page');
    await sequin.detail.getByRole('button', { name: 'Open in Sequin Console' }).click();
    const { json } = emulator.world.getSink('orders-to-kafka');
    // In a browser, VS Code forwards the local port, with another path in front of this one.
    expect((await opened).url()).toMatch(new RegExp(`/sinks/kafka/${json.id}/backfills$`));
    await (await opened).close();
  });

  test('keeps the tree and the page when the server is unreachable', async () => {
    const rows = await sequin.rows().count();
    await emulator.stop();
    await expect(sequin.sidebar.getByText(/Updated .* · Can’t connect to/)).toBeVisible();
    await expect(sequin.detail.getByRole('status')).toHaveText(/Updated .* · Can’t connect to/);
    await expect(sequin.rows()).toHaveCount(rows);
    await sequin.saveThemedPictures('gone');
  });

  test('reconnects automatically when the server is reachable again', async () => {
    await emulator.restart();
    await expect(sequin.sidebar.getByText(/Can’t connect to/)).toBeHidden({ timeout: 60_000 });
    await expect(sequin.detail.getByText(/Can’t connect to/)).toBeHidden();
  });

  test('empties the tree and the page when the user signs out', async () => {
    await sequin.runCommand('Sequin: Sign Out');
    await expect(sequin.sidebar.getByRole('button', { name: 'Enter Token' })).toBeVisible();
    await expect(sequin.rows()).toHaveCount(0);
    await expect(sequin.detail.getByText('Not connected to')).toBeVisible();
  });
});
