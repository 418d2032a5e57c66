import { expect, type Locator } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { MetricsServer } from '../emulator/MetricsServer.ts';
import { cleanUpAfterAll, createSource, test } from './fixtures.ts';
import { ManualClock } from './ManualClock.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('Sinks', () => {
  test.describe.configure({ mode: 'serial' });
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;
  const clock = new ManualClock();

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ scenario: 'empty', clock });
    const { world } = emulator;
    const destination = { type: 'kafka', hosts: 'kafka:9092', topic: 'shop' } as const;
    for (const name of ['orders', 'customers']) {
      world.addTable(`shop.${name}`, 900_000_000);
      world.addSink({ name, source: createSource(`shop.${name}`), destination });
      world.addBackfill(name, {}, 0.001);
    }
    const source = { ...createSource(), include_schemas: ['archive'], include_tables: null };
    world.addSink({ name: 'archive', source, destination });
    world.updateSink('orders', { status: 'paused' });
    clock.advance(3_600);
    sequin = await openWorkbench({
      connectedTo: emulator,
      viewport: { width: 1280, height: 1000 },
      settings: { 'sequin.notifications': 'off', 'sequin.refresh.interval': 0.2 },
    });
    await sequin.open();
    await sequin.expand(sequin.row(/^orders/));
  });

  const sinkRow = (name: string): Locator => sequin.row(new RegExp(`^${name}`));
  const getProcessedRows = (sink: string) =>
    emulator.world.getSink(sink).backfills[0]?.json.rows_processed_count ?? 0;
  const getStatus = (name: string) => emulator.world.getSink(name).json.status;

  /**
   * Advances the server's time in steps until `text` is hidden, since backfills continue only some seconds after their
   * sink is resumed.
   */
  async function advanceUntilHidden(text: Locator): Promise<void> {
    await expect(async () => {
      clock.advance(5);
      await expect(text).toBeHidden({ timeout: 3_000 });
    }).toPass();
  }

  test('resumes a paused sink from the page of its stalled backfill, and the backfill continues', async () => {
    await sequin.openPage(sequin.row(/^shop\.orders/), 'shop.orders');
    await expect(sequin.detail.getByText('The sink is paused')).toBeVisible();
    await sequin.savePicture('page-sink-paused');
    const rowsBefore = getProcessedRows('orders');
    await sequin.detail.getByRole('button', { name: 'Resume Sink' }).click();
    await expect(sequin.dialog.getByText('Resume the sink orders?')).toBeVisible();
    await expect(sequin.dialog.getByText('interrupts 1 other running backfill')).toBeVisible();
    await sequin.savePicture('resume-sink');
    await sequin.clickInDialog('Resume');
    await expect(sequin.detail.getByText('Resuming, usually within 15 s')).toBeVisible();
    await sequin.savePicture('page-sink-resuming');
    await advanceUntilHidden(sequin.detail.getByText('Resuming, usually within 15 s'));
    expect(getProcessedRows('orders')).toBeGreaterThan(rowsBefore);
    await expect(sequin.detail.getByText('Stalled')).toBeHidden();
  });

  test('offers the actions that the status of a sink allows', async () => {
    const menu = ['Resume Sink', 'Enable Sink', 'Pause Sink…', 'Disable Sink…'];
    for (const [status, expected] of [
      ['active', ['Pause Sink…', 'Disable Sink…']],
      ['paused', ['Resume Sink', 'Disable Sink…']],
      ['disabled', ['Enable Sink']],
    ] as const) {
      emulator.world.getSink('customers').json.status = status;
      await sequin.runCommand('Sequin: Refresh');
      const description =
        status === 'active' ? /^customers(?!.*(Paused|Disabled))/ : new RegExp(`^customers.*${status}`, 'i');
      await expect(sequin.row(description)).toBeVisible();
      const items = await sequin.readMenu(sinkRow('customers'));
      expect(items.filter((item) => menu.includes(item))).toEqual(expected);
    }
  });

  test('enables a sink with the link in its hover', async () => {
    await sequin.expectHover(sinkRow('customers'), 'Enable Sink');
    await sequin.savePicture('hover-enable-sink');
    await sequin.hover.getByText('Enable Sink').click();
    await sequin.clickInDialog('Enable');
    await expect.poll(() => getStatus('customers')).toBe('active');
  });

  test('refreshes the tables of a database, and then starts a backfill of a new table', async () => {
    const { database } = emulator.world.getSink('archive').json;
    emulator.world.createTable(database, 'archive.refunds');
    await sequin.clickInRow(sinkRow('archive'), 'Start Backfill…');
    await sequin.input.locator('input[type="text"]').fill('archive.refunds');
    await sequin.page.keyboard.press('Enter');
    await sequin.clickInDialog('Start');
    const rejected = await sequin.waitForNotification('doesn’t know the table archive.refunds');
    await rejected.getByRole('button', { name: 'Refresh Tables' }).click();
    const refreshed = await sequin.waitForNotification(`Refreshed the tables of the database ${database}.`);
    await refreshed.getByRole('button', { name: 'Start Again' }).click();
    await expect.poll(() => emulator.world.getSink('archive').backfills.length).toBe(1);
    await expect(sinkRow('archive')).toContainText('running');
  });

  test('shows deliveries while the connection has a metrics URL with the right password', async () => {
    const metrics = await MetricsServer.start(emulator.world, { username: 'prom', password: 'secret' });
    try {
      const deliveries = sequin.detail.getByText('Deliveries of this sink since the backfill began');
      await expect(deliveries).toBeHidden();
      await sequin.runCommand('Sequin: Set Metrics URL…');
      await sequin.enter(metrics.url);
      await expect(sequin.input).toContainText('requires a user name and a password');
      await sequin.enter('prom');
      await expect(sequin.input).toContainText('The password is kept in');
      await sequin.enter('wrong');
      await expect(sequin.input).toContainText('rejected the user name or the password.');
      await sequin.savePicture('metrics-wrong-password');
      await sequin.enter('secret');
      await expect(sequin.statusBar).toContainText(/Metrics of .* turned on/);
      await expect(deliveries).toBeVisible();
      await sequin.savePicture('page-deliveries');

      await sequin.runCommand('Sequin: Set Metrics URL…');
      await sequin.enter('');
      await expect(sequin.statusBar).toContainText(/Metrics of .* turned off/);
      await expect(deliveries).toBeHidden();
    } finally {
      await metrics.stop();
    }
  });

  test('opens the page of a sink with a click, resumes the sink there, and opens its backfill after a reload', async () => {
    emulator.world.updateSink('customers', { status: 'paused' });
    await sequin.openPage(sinkRow('customers'), 'customers');
    await expect(sinkRow('customers')).toHaveAttribute('aria-expanded', 'false');
    await expect(sequin.detail.getByRole('heading', { name: 'The sink is paused' })).toBeVisible();
    await sequin.savePicture('sink-page-paused');
    const rowsBefore = getProcessedRows('customers');
    await sequin.detail.getByRole('button', { name: 'Resume Sink' }).click();
    await sequin.clickInDialog('Resume');
    const resuming = sequin.detail.getByRole('heading', { name: 'Resuming, usually within 15 s' });
    await expect(resuming).toBeVisible();
    await advanceUntilHidden(resuming);
    await expect(sequin.detail.getByText(/^Running · /)).toBeVisible();
    expect(getProcessedRows('customers')).toBeGreaterThan(rowsBefore);
    await sequin.savePicture('sink-page-running');
    await sequin.workbench.reload();
    await sequin.detail.getByRole('button', { name: 'shop.customers, Open backfill' }).click();
    await expect(sequin.detail.getByRole('heading', { name: 'shop.customers', exact: true })).toBeVisible();
  });
});
