import { expect } from '@playwright/test';
import { cleanUpAfterAll, frozenClock, test } from './fixtures.ts';

test.describe('Links', () => {
  cleanUpAfterAll();

  test('a copied link opens the page of its backfill', async ({ startEmulator, openWorkbench }) => {
    const emulator = await startEmulator({ clock: frozenClock() });
    const sequin = await openWorkbench({ connectedTo: emulator });
    await sequin.open();
    await sequin.expand(sequin.row('orders-to-kafka'));
    const row = sequin.row(/public\.orders\d+%/);
    const readClipboard = () => sequin.page.evaluate<string>('navigator.clipboard.readText()');
    // A menu may close when the row below it changes.
    await expect(async () => {
      await sequin.choose(row, 'Copy Link');
      await expect.poll(readClipboard, { timeout: 5_000 }).toContain('/backfill?server=');
    }).toPass();
    const copied = await readClipboard();
    expect(copied).not.toContain(emulator.token);

    await sequin.runCommand('Developer: Open URL');
    await expect(sequin.input).toContainText('URL to open');
    await sequin.enter(copied);
    await sequin.dialog.getByRole('button', { name: 'Open' }).click();
    await expect(sequin.detail.getByRole('heading', { name: 'public.orders' })).toBeVisible();
    await sequin.picture('link');
  });
});
