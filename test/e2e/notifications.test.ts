import { expect } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, createFrozenClock, fastPolling, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('While the view is closed, the extension', () => {
  test.describe.configure({ mode: 'serial' });
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ clock: createFrozenClock() });
    sequin = await openWorkbench({
      connectedTo: emulator,
      settings: fastPolling,
    });
  });

  // One notification may report the failure together with a stall in the demo data.
  const failure = /orders-to-kafka failed after|1 (backfill )?failed.*public\.orders → orders-to-kafka/;
  const statusBarItem = () => sequin.page.locator('.statusbar-item', { hasText: /running|failed/ });
  const countSinkRequests = () => emulator.requests.filter(({ path }) => path === '/api/sinks').length;

  test('shows the backfills in progress in the status bar', async () => {
    await expect(statusBarItem()).toContainText(/\d+ running/);
    await sequin.savePicture('status-bar', { x: 0, y: 768, width: 640, height: 32 });
  });

  test('reports a failed backfill and opens the view from the status bar', async () => {
    const { backfills } = emulator.world.getSink('orders-to-kafka');
    const running = backfills.find(({ json }) => json.state === 'active');
    const updated_at = new Date().toISOString().replace(/\.\d+/, '');
    emulator.world.setBackfill(running?.json.id ?? '', { state: 'failed', updated_at });
    await expect(statusBarItem()).toContainText('1 failed');
    await sequin.openNotifications();
    await expect(sequin.page.getByText(failure).first()).toBeVisible();
    await sequin.savePicture('notice', { x: 640, y: 400, width: 640, height: 400 });
    await sequin.page.keyboard.press('Escape');
    await statusBarItem().click();
    await expect(sequin.row('orders-to-kafka')).toBeVisible();
  });

  test('doesn’t report the failure again after the window reloads', async () => {
    await sequin.workbench.reload();
    await expect(statusBarItem()).toBeVisible();
    for (let refreshes = 0; refreshes < 3; refreshes += 1) {
      const requestCount = countSinkRequests();
      await sequin.runCommand('Sequin: Refresh');
      await expect.poll(countSinkRequests).toBeGreaterThan(requestCount);
    }
    await sequin.openNotifications();
    const center = sequin.page.locator('.notifications-center');
    await expect(center).toBeVisible();
    await expect(center.getByText(failure)).toHaveCount(0);
  });
});
