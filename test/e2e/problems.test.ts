import { expect } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, createSource, fastPolling, test } from './fixtures.ts';
import { ManualClock } from './ManualClock.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('Problems on the server', () => {
  test.describe.configure({ mode: 'serial' });
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;
  const clock = new ManualClock();

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ scenario: 'empty', clock });
    const { world } = emulator;
    world.addTable('shop.cache', 2_000_000);
    const destination = { type: 'redis_stream' };
    world.addSink({ name: 'cache', source: createSource('shop.cache'), destination });
    world.addBackfill('cache', {}, 0.2);
    sequin = await openWorkbench({
      connectedTo: emulator,
      viewport: { width: 1280, height: 1000 },
      settings: fastPolling,
    });
    await sequin.open();
    await sequin.expand(sequin.row('cache'));
    await expect(sequin.row(/^shop\.cache\d+%/)).toBeVisible();
  });

  const row = () => sequin.row(/^shop\.cache/);
  const advance = (seconds: number) => clock.advanceWithRequests(emulator, seconds);

  test('shows failing deliveries and hides the time left even while the row count still increases', async () => {
    await advance(60);
    await expect(row()).toContainText('left');
    emulator.world.setDestinationError('cache', '[redis_stream_sink]: No connection to Redis');
    await advance(35);
    await expect(row()).toContainText(/^shop\.cachedelivery failing/);
    await expect(row()).not.toContainText('left');
    await sequin.openPage(row(), 'shop.cache');
    const progress = sequin.detail.getByText(/^[\d,]+ of 2,000,000 rows$/);
    const textBefore = await progress.textContent();
    await advance(30);
    await expect(progress).not.toHaveText(textBefore ?? '');
    await expect(row()).toContainText('delivery failing');
    await expect(sequin.detail.getByText(/Deliveries failing since/)).toBeVisible();
    await expect(sequin.detail.getByText('Current rate')).toHaveCount(0);
    await expect(sequin.page.locator('.statusbar-item', { hasText: '1 stalled' })).toBeVisible();
    await sequin.savePicture('problem-dead-destination');
  });

  test('keeps the page of a backfill whose sink was deleted, and offers to close the page', async () => {
    await sequin.openPage(row(), 'shop.cache');
    await expect(sequin.detail.getByText(/Deliveries failing since/)).toBeVisible();
    emulator.world.removeSink('cache');
    await advance(5);
    await expect(sequin.detail.getByText(/no longer exists\. This page shows its last/)).toBeVisible();
    await expect(sequin.detail.getByText('Deleted').first()).toBeVisible();
    await expect(sequin.detail.getByRole('heading', { name: 'Timeline' })).toBeVisible();
    await sequin.savePicture('problem-deleted-sink');
    await sequin.detail.getByRole('button', { name: 'Close Page' }).click();
    await expect(sequin.page.getByRole('tab', { name: 'shop.cache' })).toHaveCount(0);
  });
});
