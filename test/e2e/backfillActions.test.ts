import { expect, type Locator } from '@playwright/test';
import type { BackfillState } from '../../src/sampleServer/sequinTypes.ts';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, createFrozenClock, createSource, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('Changing backfills', () => {
  test.describe.configure({ mode: 'serial' });
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;
  const unusualName = '$(trash) לקוחות';

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ scenario: 'empty', clock: createFrozenClock() });
    const { world } = emulator;
    const kafka = { type: 'kafka', hosts: 'kafka:9092', topic: 'orders' } as const;
    world.addSink({ name: 'orders', source: createSource('shop.orders'), destination: kafka });
    world.addSink({
      name: 'catalog',
      source: { ...createSource(), include_tables: null, include_schemas: ['catalog'] },
      destination: { ...kafka, topic: 'catalog' },
    });
    world.addTable('catalog.products');
    world.addTable('catalog.prices');
    world.addBackfill('catalog', { table: 'catalog.products', state: 'completed', rows_processed_count: 5 });
    const many = Array.from({ length: 20 }, (_, index) => `bulk.t${String(index + 1).padStart(2, '0')}`);
    world.addSink({ name: 'bulk', source: createSource(...many), destination: { ...kafka, topic: 'bulk' } });
    for (const table of many) {
      world.addBackfill('bulk', { table });
    }
    const states: BackfillState[] = ['active', 'paused', 'completed', 'cancelled', 'failed'];
    world.addSink({ name: 'quiet' });
    world.addSink({ name: 'states', source: createSource(...states.map((state) => `states.${state}`)) });
    for (const state of states) {
      world.addBackfill('states', { table: `states.${state}`, state });
    }
    const names = { source: createSource('חנות.הזמנות'), destination: { ...kafka, topic: 'נושא' } };
    world.addSink({ name: unusualName, ...names });

    sequin = await openWorkbench({ connectedTo: emulator, settings: { 'sequin.notifications': 'off' } });
    await sequin.open();
    await sequin.widenSidebar(430);
  });
  test.afterEach(() => sequin.clearNotifications());

  const sinkRow = (name: string): Locator => sequin.row(new RegExp(`^${name}(?!\\.)`));
  const listWrites = () => emulator.requests.filter(({ method }) => method !== 'GET');
  const listWrittenBodies = (startIndex = 0) =>
    listWrites()
      .slice(startIndex)
      .map(({ body }) => JSON.parse(body) as unknown);
  const listUnfinished = (sink: string) =>
    emulator.world.getSink(sink).backfills.filter(({ isUnfinished }) => isUnfinished);
  const listUnfinishedStates = (sink: string) => listUnfinished(sink).map(({ json }) => json.state);
  const expectInDialog = (text: string) => expect(sequin.dialog.getByText(text)).toBeVisible();
  const expectStatus = (text: string) => expect(sequin.statusBar.getByText(text)).toBeVisible();
  /** Waits for a button of a row. After a write, a button appears with a delay, so that a double click writes only once. */
  const expectButton = async (row: Locator, label: string) => {
    await row.hover();
    await expect(row.locator(`[aria-label="${label}"]`)).toBeVisible();
  };

  test('offers only the actions that the state of a backfill allows', async () => {
    await sequin.expand(sinkRow('states'));
    await expect(sequin.row('states.failed')).toBeVisible();
    const actions: Record<BackfillState, string[]> = {
      active: ['Pause Backfill', 'Cancel Backfill…'],
      paused: ['Resume Backfill', 'Cancel Backfill…'],
      completed: ['Run Backfill Again…'],
      cancelled: ['Run Backfill Again…'],
      failed: ['Run Backfill Again…'],
    };
    for (const [state, expected] of Object.entries(actions)) {
      const row = sequin.row(`states.${state}`);
      expect(await sequin.readButtons(row), state).toEqual(expected);
      expect(await sequin.readMenu(row), state).toEqual([
        'Open Backfill',
        'Open to the Side',
        'Open in Sequin Console',
        ...expected,
        'Copy Backfill ID',
        'Copy Link',
        'Copy as cURL',
        'Copy as JSON',
      ]);
    }
    await sequin.collapse(sinkRow('states'));
  });

  test('offers only the actions that the backfills of a sink allow', async () => {
    expect(await sequin.readButtons(sinkRow('states'))).toEqual([
      'Start Backfill…',
      'Open in Sequin Console',
    ]);
    const sinkMenu = (...changes: string[]) => [
      'Open Sink',
      'Open to the Side',
      'Open in Sequin Console',
      'Go to sequin.yaml',
      'Start Backfill…',
      ...changes,
      'Pause Sink…',
      'Disable Sink…',
      'Copy Sink Name',
      'Copy Link',
      'Copy as cURL',
      'Copy as JSON',
      'Export Backfill History…',
    ];
    expect(await sequin.readMenu(sinkRow('states'))).toEqual(
      sinkMenu(
        'Pause All Backfills of Sink',
        'Resume All Backfills of Sink',
        'Cancel All Backfills of Sink…',
      ),
    );
    expect(await sequin.readMenu(sinkRow('quiet'))).toEqual(sinkMenu());
  });

  test('starts a backfill of the only table of a sink with one confirmation and one request', async () => {
    await sequin.clickInRow(sinkRow('orders'), 'Start Backfill…');
    await expectInDialog('Start a backfill of shop.orders?');
    await expectInDialog('Sink: orders');
    await expectInDialog('Destination: Kafka, orders @ kafka:9092');
    await sequin.savePicture('start-question');
    await sequin.clickInDialog('Start');
    await expectStatus('Started shop.orders → orders');
    await sequin.savePicture('started');
    expect(listWrittenBodies()).toEqual([{ table: 'shop.orders' }]);
    await sequin.expand(sinkRow('orders'));
    await expect(sequin.row(/^shop\.orders/)).toBeVisible();
  });

  test('offers to show the running backfill of a table instead of starting another one', async () => {
    const writeCount = listWrites().length;
    await sequin.clickInRow(sinkRow('orders'), 'Start Backfill…');
    const notification = await sequin.waitForNotification(
      'A backfill of shop.orders → orders is already in progress. It’s active',
    );
    expect(listWrites()).toHaveLength(writeCount);
    await notification.getByRole('button', { name: 'Show Backfill' }).click();
    await expect(sequin.detail.getByRole('heading', { name: 'shop.orders' })).toBeVisible();
  });

  test('pauses a backfill and resumes it with Undo', async () => {
    const row = sequin.row(/^shop\.orders/);
    await sequin.clickInRow(row, 'Pause Backfill');
    await expect(row).toContainText('Paused');
    await expectStatus('Paused shop.orders → orders');
    await expect.poll(() => listUnfinishedStates('orders')).toEqual(['paused']);
    await sequin.savePicture('paused');
    await expectButton(row, 'Resume Backfill');
    await sequin.statusBar.getByText('Undo').click();
    await expect.poll(() => listUnfinishedStates('orders')).toEqual(['active']);
    await expect(sequin.rows(/^shop\.orders.*Paused/)).toBeHidden();
    await expectButton(row, 'Pause Backfill');
  });

  test('cancels a backfill only after confirmation', async () => {
    const row = sequin.row(/^shop\.orders/);
    await expectButton(row, 'Pause Backfill');
    await sequin.clickInRow(row, 'Cancel Backfill…');
    await expectInDialog('Cancel shop.orders → orders?');
    await expectInDialog('A cancelled backfill can’t be resumed');
    await sequin.savePicture('cancel-question');
    await sequin.clickInDialog('Keep Backfill');
    expect(listUnfinishedStates('orders')).toEqual(['active']);
    await sequin.clickInRow(row, 'Cancel Backfill…');
    await sequin.clickInDialog('Cancel Backfill');
    await expect(row).toContainText(/just now|ago/);
    expect(listUnfinishedStates('orders')).toEqual([]);
  });

  test('runs a cancelled backfill again as a new backfill that starts paused', async () => {
    const row = sequin.row(/^shop\.orders.*(just now|ago)/);
    await row.hover();
    await sequin.clickInRow(row, 'Run Backfill Again…');
    await expectInDialog('Start a backfill of shop.orders?');
    await sequin.clickInDialog('Start Paused');
    await expectStatus('Created shop.orders → orders (paused)');
    expect(listUnfinishedStates('orders')).toEqual(['paused']);
    await sequin.collapse(sinkRow('orders'));
  });

  test('starts backfills of a known table and of a table that the user types', async () => {
    const writeCount = listWrites().length;
    const filter = sequin.input.locator('input[type="text"]');
    await sequin.clickInRow(sinkRow('catalog'), 'Start Backfill…');
    await expect(sequin.input.getByRole('checkbox', { name: /catalog\.products, / })).toBeVisible();
    await expect(sequin.input.getByRole('button', { name: /^Open Sequin Console/ })).toBeVisible();
    await sequin.input.getByText('catalog.products', { exact: true }).click();
    await filter.fill('catalog.prices');
    await sequin.input.getByText('Use this table').click();
    await filter.fill('');
    await sequin.savePicture('pick-tables');
    await sequin.input.getByRole('button', { name: 'OK' }).click();
    await expectInDialog('Start 2 backfills?');
    await sequin.savePicture('start-two');
    await sequin.clickInDialog('Start');
    await expectStatus('Started 2 backfills');
    expect(listWrittenBodies(writeCount)).toEqual([
      { table: 'catalog.products' },
      { table: 'catalog.prices' },
    ]);
  });

  test('cancels 20 backfills at once, and retries the cancellations that failed', async () => {
    await sequin.choose(sinkRow('bulk'), 'Cancel All Backfills of Sink…');
    await expectInDialog('Cancel 20 backfills?');
    await expectInDialog('… and 10 more');
    await sequin.savePicture('bulk-question');
    emulator.fault({ status: 500, body: { errors: { detail: 'no' } }, method: 'PATCH', times: 3 });
    await sequin.clickInDialog('Cancel Backfills');
    const notification = await sequin.waitForNotification('Cancelled 17 of 20 backfills.');
    await expect(notification.getByText('returned an internal error (HTTP 500)')).toBeVisible();
    await sequin.savePicture('bulk-failed');
    expect(listUnfinished('bulk')).toHaveLength(3);
    await notification.getByRole('button', { name: 'Try Again' }).click();
    await expectStatus('Cancelled 3 backfills');
    expect(listUnfinished('bulk')).toEqual([]);
  });

  test('pauses several selected backfills together', async () => {
    const { json } = emulator.world.getSink('bulk');
    const tables = ['bulk.t01', 'bulk.t02', 'bulk.t03'] as const;
    for (const table of tables) {
      emulator.world.addBackfill(json.id, { table });
    }
    await sequin.expand(sinkRow('bulk'));
    const rows = tables.map((table) => sequin.row(new RegExp(`^${table}counting`)));
    const [first, second, third] = rows as [Locator, Locator, Locator];
    // Rows that appear later would move the other rows.
    for (const row of rows) {
      await expect(row).toBeVisible();
    }
    await first.click();
    await second.click({ modifiers: ['Control'] });
    await third.click({ modifiers: ['Control'] });
    for (const row of rows) {
      await expect(row).toHaveAttribute('aria-selected', 'true');
    }
    expect(await sequin.readMenu(third)).toEqual(['Pause Backfill', 'Cancel Backfill…', 'Copy Backfill ID']);
    await sequin.choose(third, 'Pause Backfill');
    await expectInDialog('Pause 3 backfills?');
    await sequin.clickInDialog('Pause');
    await expectStatus('Paused 3 backfills');
    expect(listUnfinishedStates('bulk')).toEqual(['paused', 'paused', 'paused']);
  });

  test('shows a name with icon syntax, such as $(trash), as plain text in a picker', async () => {
    await expect(async () => {
      // A page that opens late takes the focus, which closes the picker.
      await sequin.runCommand('Sequin: Start Backfill…');
      await expect(sequin.input.getByText('לקוחות').first()).toBeVisible({ timeout: 5_000 });
    }).toPass({ timeout: 45_000 });
    await expect(sequin.input.locator('.codicon-trash')).toHaveCount(0);
    await sequin.savePicture('names-picker');
    await sequin.page.keyboard.press('Escape');
  });

  test('shows a right-to-left topic in the hover of a sink, and the new database after a refresh', async () => {
    const row = sequin.row('לקוחות');
    await sequin.expectHover(row, 'נושא', 'Healthy');
    emulator.world.getSink(unusualName).json.database = 'another-database';
    await sequin.runCommand('Sequin: Refresh');
    await sequin.expectHover(row, 'another-database');
    await sequin.savePicture('names-hover');
  });
});
