import { expect, type Locator } from '@playwright/test';
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
    for (const [name, rows] of [
      ['cache', 2_000_000],
      ['webhook', 2_000],
      ['archive', 5_000_000],
    ] as const) {
      world.addTable(`shop.${name}`, rows);
      world.addSink({ name, source: createSource(`shop.${name}`), destination: { type: 'redis_stream' } });
    }
    world.addBackfill('cache', {}, 0.2);
    world.addBackfill('archive', {}, 0.3);
    sequin = await openWorkbench({
      connectedTo: emulator,
      viewport: { width: 1280, height: 1000 },
      settings: fastPolling,
    });
    await sequin.open();
    for (const name of ['archive', 'cache', 'webhook']) {
      await sequin.expand(sequin.row(name));
    }
    await expect(sequin.row(/^shop\.cache\d+%/)).toBeVisible();
  });

  const row = (name: string): Locator => sequin.row(new RegExp(`^shop\\.${name}`));

  const advance = (seconds: number) => clock.advanceWithRequests(emulator, seconds);

  test('shows failing deliveries, and no time left, while the row count still increases', async () => {
    await advance(60);
    await expect(row('cache')).toContainText('left');
    emulator.world.setDestinationError('cache', '[redis_stream_sink]: No connection to Redis');
    await advance(35);
    await expect(row('cache')).toContainText(/^shop\.cachedelivery failing/);
    await expect(row('cache')).not.toContainText('left');
    await sequin.openPage(row('cache'), 'shop.cache');
    const progress = sequin.detail.getByText(/^[\d,]+ of 2,000,000 rows$/);
    const textBefore = await progress.textContent();
    await advance(30);
    await expect(progress).not.toHaveText(textBefore ?? '');
    await expect(row('cache')).toContainText('delivery failing');
    await expect(sequin.detail.getByText(/Deliveries failing since/)).toBeVisible();
    await expect(sequin.detail.getByText('Current rate')).toHaveCount(0);
    await expect(sequin.page.locator('.statusbar-item', { hasText: '1 stalled' })).toBeVisible();
    await sequin.savePicture('problem-dead-destination');
  });

  test('warns of delivery errors of a completed backfill in place of a green check', async () => {
    emulator.world.setDestinationError('webhook', '[http_endpoint]: Unexpected status code: 500');
    emulator.world.addBackfill('webhook');
    await advance(40);
    await expect(row('webhook')).toContainText('delivery errors');
    await expect(row('webhook')).toHaveAccessibleName(/Completed with delivery errors/);
    await sequin.openPage(row('webhook'), 'shop.webhook');
    await expect(sequin.detail.getByText(/Some rows may not have been delivered/)).toBeVisible();
    await sequin.savePicture('problem-delivery-errors');
  });

  test('keeps the name of a dropped table and suggests canceling the backfill', async () => {
    emulator.world.dropTable('shop.archive');
    await advance(5);
    await expect(row('archive')).toContainText('shop.archive (dropped)');
    await sequin.openPage(row('archive'), 'shop.archive (dropped)');
    await expect(sequin.detail.getByText(/The table was dropped.* Cancel the backfill/)).toBeVisible();
    await sequin.savePicture('problem-dropped-table');
  });

  test('keeps the page of a deleted sink, and offers to close it', async () => {
    await sequin.openPage(row('cache'), 'shop.cache');
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
