import { expect } from '@playwright/test';
import type { BackfillState } from '../../src/sampleServer/sequinTypes.ts';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, createFrozenClock, createSource, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('The queue', () => {
  test.describe.configure({ mode: 'serial' });
  cleanUpAfterAll();
  const tables = Array.from({ length: 12 }, (_, index) => `shop.t${String(index + 1).padStart(2, '0')}`);
  let emulator: Emulator;
  let sequin: SequinPage;

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ scenario: 'empty', clock: createFrozenClock() });
    emulator.world.addSink({ name: 'shop', source: createSource(...tables), destination: { type: 'kafka' } });
    sequin = await openWorkbench({
      connectedTo: emulator,
      settings: { 'sequin.refresh.interval': 0.5, 'sequin.notifications': 'problems' },
    });
    await sequin.open();
    await sequin.expand(sequin.row(/^shop(?!\.)/));
    // VS Code loses a click while it replaces the rows, so wait until the backfills are loaded.
    await expect(sequin.row('No backfills yet')).toBeVisible();
  });

  const listBackfills = () => emulator.world.getSink('shop').backfills;
  const listTables = (state: BackfillState) =>
    listBackfills()
      .filter(({ json }) => json.state === state)
      .map(({ json }) => json.table)
      .sort();
  const finish = (table: string, state: 'completed' | 'failed' = 'completed') => {
    const backfill = listBackfills().find(({ json }) => json.table === table);
    emulator.world.setBackfill(backfill?.json.id ?? '', {
      state,
      rows_initial_count: 1_000,
      rows_processed_count: state === 'failed' ? 0 : 1_000,
    });
  };
  const expectRunning = (...running: string[]) => expect.poll(() => listTables('active')).toEqual(running);

  test('runs the backfills of two of the twelve tables at a time', async () => {
    await sequin.clickInRow(sequin.row(/^shop(?!\.)/), 'Start Backfill…');
    for (const table of tables) {
      await sequin.input.getByText(table, { exact: true }).click();
    }
    await sequin.input.getByRole('button', { name: 'OK' }).click();
    await sequin.dialog.getByRole('button', { name: 'Run a Few at a Time…' }).click();
    await sequin.savePicture('queue-limit');
    await sequin.input.getByText('At most 2 at a time').click();
    await expectRunning('shop.t01', 'shop.t02');
    await expect(sequin.row('shop.t05')).toContainText('Queued · 3rd');
    await sequin.savePicture('queue');
  });

  test('runs the next backfill after a backfill failed', async () => {
    finish('shop.t01', 'failed');
    await expectRunning('shop.t02', 'shop.t03');
    await expect(sequin.row('shop.t05')).toContainText('Queued · 2nd');
  });

  test('runs a backfill earlier after the user moves it up', async () => {
    await sequin.choose(sequin.row('shop.t05'), 'Move Up in Queue');
    await expect(sequin.row('shop.t05')).toContainText('Queued · 1st');
    finish('shop.t02');
    await expectRunning('shop.t03', 'shop.t05');
  });

  test('continues after the window reloads', async () => {
    await sequin.workbench.reload();
    finish('shop.t03');
    await expectRunning('shop.t04', 'shop.t05');
    await expect(sequin.row('shop.t06')).toContainText('Queued · 1st');
  });

  test('runs at most two backfills at a time until all have finished', async () => {
    for (let running = listTables('active'); running.length > 0; running = listTables('active')) {
      expect(running.length).toBeLessThanOrEqual(2);
      const waiting = listTables('paused').length;
      finish(running[0] ?? '');
      await expect.poll(() => listTables('paused').length).toBe(Math.max(0, waiting - 1));
    }
    expect([listTables('completed').length, listTables('failed').length]).toEqual([11, 1]);
    await expect(sequin.rows('Queued')).toHaveCount(0);
    await sequin.savePicture('queue-ended');
  });
});
