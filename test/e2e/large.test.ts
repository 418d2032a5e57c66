import { expect } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('The tree with 1,000 sinks and 200 running backfills', () => {
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ scenario: 'large', speed: 0.1 });
    sequin = await openWorkbench({ connectedTo: emulator });
    await sequin.open();
    await expect(sequin.row('sink-0001')).toBeVisible();
    await sequin.widenSidebar(430);
  });

  test('updates no row of a sink without a running backfill, and keeps the selection and the scroll position', async () => {
    await sequin.goTo('sink-0208');
    await sequin.expand(sequin.row('sink-0205'));
    await expect(sequin.row('No backfills yet')).toBeVisible();
    await sequin.expand(sequin.row('sink-0198'));
    await expect(sequin.row(/public\.orders/)).toBeVisible();
    // A click without the key would open the page of the sink.
    await sequin.row('sink-0198').click({ modifiers: ['ControlOrMeta'] });
    await expect(sequin.row('Loading')).toBeHidden();

    await sequin.moveMouseAway();
    await expect(sequin.hover).toBeHidden();
    const changedRows = await sequin.watchRows();
    for (const rows of [40_000, 80_000]) {
      for (const sink of ['sink-0195', 'sink-0196', 'sink-0198']) {
        const [backfill] = emulator.world.getSink(sink).backfills;
        emulator.world.setBackfill(backfill?.json.id ?? '', {
          rows_processed_count: rows,
          rows_initial_count: 200_000,
        });
      }
      // A row's text is its name and its description, here `sink-0196` and `1 running · 20%`, without a space.
      // On a busy machine, the list takes a second, and the extension requests it only every 20 s.
      await expect(sequin.row(`sink-01961 running · ${String(rows / 2_000)}%`)).toBeVisible({
        timeout: 45_000,
      });
    }
    const names = await changedRows();
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !/^(sink-01\d\d|sink-0200|public\.orders)$/.test(name))).toEqual([]);
    await expect(sequin.row('sink-0198')).toHaveAttribute('aria-selected', 'true');
    await expect(sequin.row('sink-0205')).toBeVisible();
  });

  test('lets the user cancel loading the backfills of a sink, and retry', async () => {
    emulator.fault({ delayMs: 3_600_000, path: /backfills$/ });
    // Scrolls so far that the rows below the sink are visible.
    await sequin.goTo('sink-0203');
    await sequin.expand(sequin.row('sink-0199'));
    const notification = await sequin.waitForNotification('Loading the backfills of sink-0199');
    await notification.getByRole('button', { name: 'Cancel' }).click();
    await expect(sequin.row('The request was canceled.')).toBeVisible();
    emulator.fault(undefined);
    const requestCount = emulator.requests.length;
    await sequin.row('Retry').click();
    await expect(sequin.row('Retry')).toBeHidden();
    await expect
      .poll(() => emulator.requests.slice(requestCount).map(({ path }) => path))
      .toContainEqual(expect.stringMatching(/\/backfills$/));
  });

  test('hides sinks without an unfinished backfill and shows them again', async () => {
    await sequin.runCommand('Sequin: Hide Finished Backfills');
    const hidden = sequin.row('sinks without a backfill in progress are hidden');
    await sequin.sinks.focus();
    await sequin.page.keyboard.press('End');
    await expect(sequin.row('sink-0200')).toBeVisible();
    await expect(sequin.row('sink-1000')).toBeHidden();
    await hidden.click();
    await expect(hidden).toBeHidden();
    await sequin.page.keyboard.press('End');
    await expect(sequin.row('sink-1000')).toBeVisible();
  });
});
