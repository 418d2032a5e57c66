import { expect } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, fastPolling, frozenClock, sourceOf, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('Names from a server', () => {
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;

  const table = 'חנות.הזמנות';
  const sinkName = '$(trash) לקוחות';

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ scenario: 'empty', clock: frozenClock() });
    const destination = { type: 'kafka', hosts: 'kafka:9092', topic: 'נושא' };
    emulator.world.addSink({ name: sinkName, source: sourceOf(table), destination });
    emulator.world.addBackfill(sinkName, { table, rows_initial_count: 1_000, rows_processed_count: 250 });
    sequin = await openWorkbench({
      connectedTo: emulator,
      settings: { ...fastPolling, 'sequin.notifications': 'off' },
    });
    await sequin.open();
    await sequin.widenSidebar(430);
    await sequin.expand(sequin.row('לקוחות'));
  });

  test('with the code of an icon show no icon in a picker', async () => {
    await sequin.runCommand('Sequin: Start Backfill…');
    await expect(sequin.input.getByText('לקוחות').first()).toBeVisible();
    await expect(sequin.input.locator('.codicon-trash')).toHaveCount(0);
    await sequin.picture('names-picker');
    await sequin.page.keyboard.press('Escape');
  });

  test('are in a hover, which changes with its data', async () => {
    const row = sequin.row('לקוחות');
    await sequin.expectHover(row, 'נושא', 'Healthy');
    for (const { json } of emulator.world.sinks) {
      json.database = 'another-database';
    }
    await sequin.runCommand('Sequin: Refresh');
    await sequin.expectHover(row, 'another-database');
    await sequin.picture('names-hover');
  });
});
