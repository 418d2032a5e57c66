import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { cleanUpAfterAll, createFrozenClock, createSource, test } from './fixtures.ts';

const yaml = `sinks:
  - name: orders
    database: shop
    batch_size: 50
    source:
      include_tables: [public.orders]
    destination:
      type: redis_stream
      host: redis.internal
      port: 6379
      stream_key: orders
  - name: refunds
    database: shop
    source:
      include_tables: [public.refunds]
    initial_backfill: true
    destination:
      type: sequin_stream
`;

test.describe('sequin.yaml', () => {
  cleanUpAfterAll();

  test('is planned from its editor and applied from the plan', async ({ startEmulator, openWorkbench }) => {
    const emulator = await startEmulator({ scenario: 'empty', clock: createFrozenClock() });
    const destination = { type: 'redis_stream', host: 'redis.internal', port: 6379, database: 0, tls: false };
    emulator.world.addSink({
      name: 'orders',
      database: 'shop',
      batch_size: 20,
      source: createSource('public.orders'),
      destination: { ...destination, stream_key: 'orders' },
    });
    emulator.world.addBackfill('orders', { table: 'public.orders' });
    const workspace = createTemporaryFolder();
    writeFileSync(join(workspace, 'sequin.yaml'), yaml);
    const sequin = await openWorkbench({ connectedTo: emulator, workspace });
    const { page } = sequin;
    await sequin.open();

    await sequin.choose(sequin.row('orders'), 'Go to sequin.yaml');
    const editor = page.locator('.editor-group-container');
    // Clicks the action in the title of the editor, not the lens above the sink.
    await editor.locator('a.action-label[aria-label^="Show Plan"]').click();
    const title = page.getByRole('tab', { name: /sequin\.yaml → .*1 created, 1 changed, 1 unchanged/ });
    await expect(title).toBeVisible();
    await expect(editor.locator('.modified .view-lines').first()).toContainText(/batch_size:\s50/);

    await editor.getByRole('button', { name: /^Apply/ }).click();
    await expect(sequin.dialog).toContainText('Create sink refunds');
    await expect(sequin.dialog).toContainText('This interrupts 1 running backfill');
    await sequin.clickInDialog('Apply');
    await expect(sequin.statusBar).toContainText('Applied sequin.yaml');
    await expect(page.getByRole('tab', { name: /sequin\.yaml → .*: 3 unchanged/ })).toBeVisible();
    expect(emulator.world.getSink('orders').json.batch_size).toBe(50);
    await expect(sequin.row('refunds')).toBeVisible();
  });
});
