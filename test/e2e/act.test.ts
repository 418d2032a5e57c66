import assert from 'node:assert/strict';
import type { Locator } from '@playwright/test';
import { Emulator } from '../emulator/Emulator.ts';
import type { BackfillState } from '../emulator/sequinTypes.ts';
import { Workbench } from '../host/Workbench.ts';
import { SequinPage } from './SequinPage.ts';
import { until } from './until.ts';

describe('a user who acts', () => {
  let emulator: Emulator;
  let workbench: Workbench;
  let sequin: SequinPage;

  before(async () => {
    // The server's clock stands still, and with it its backfills.
    const now = Date.now();
    emulator = await Emulator.start({ scenario: 'empty', latency: false, clock: { now: () => now } });
    const { world } = emulator;
    const tables = (...names: string[]) => ({
      include_schemas: null,
      exclude_schemas: null,
      exclude_tables: null,
      include_tables: names,
    });
    const kafka = { type: 'kafka', hosts: 'kafka:9092', topic: 'orders' } as const;
    world.addSink({ name: 'orders', source: tables('shop.orders'), destination: kafka });
    world.addSink({
      name: 'catalog',
      source: { ...tables(), include_tables: null, include_schemas: ['catalog'] },
      destination: { ...kafka, topic: 'catalog' },
    });
    world.addTable('catalog.products');
    world.addTable('catalog.prices');
    world.addBackfill('catalog', { table: 'catalog.products', state: 'completed', rows_processed_count: 5 });
    const many = Array.from({ length: 20 }, (_, index) => `bulk.t${String(index + 1).padStart(2, '0')}`);
    world.addSink({ name: 'bulk', source: tables(...many), destination: { ...kafka, topic: 'bulk' } });
    for (const table of many) world.addBackfill('bulk', { table });
    const states: BackfillState[] = ['active', 'paused', 'completed', 'cancelled', 'failed'];
    world.addSink({ name: 'quiet' });
    world.addSink({ name: 'states', source: tables(...states.map((state) => `states.${state}`)) });
    for (const state of states) world.addBackfill('states', { table: `states.${state}`, state });

    workbench = await Workbench.open({
      version: 'newest',
      env: { SEQUIN_ADDRESS: emulator.url, SEQUIN_TOKEN: emulator.token },
      settings: { 'sequin.notifications': 'off' },
    });
    sequin = new SequinPage(workbench.page);
    await sequin.open();
    await sequin.widenSidebar(430);
  });
  after(async () => {
    await workbench.close();
    await emulator.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) {
      await sequin.picture(`failed-act-${this.currentTest.title.slice(0, 20).replaceAll(/\W/g, '-')}`);
      // What it left open would let every test after it fail too.
      await sequin.page.keyboard.press('Escape');
    }
    await sequin.clearNotifications();
  });

  const sinkRow = (name: string): Locator => sequin.row(new RegExp(`^${name}(?!\\.)`));
  const writes = () => emulator.requests.filter(({ method }) => method !== 'GET');
  const openOf = (sink: string) => emulator.world.getSink(sink).backfills.filter(({ isOpen }) => isOpen);
  const said = (text: string | RegExp) => sequin.notification(text);
  const press = async (button: string) =>
    sequin.dialog.getByRole('button', { name: button, exact: true }).click();

  describe('reads what can be done, and no more:', () => {
    before(async () => {
      // All rows of the states are to be seen at once.
      await sequin.sidebar.getByRole('button', { name: 'Collapse All' }).click();
      await sinkRow('states').click();
      await sequin.row('states.failed').waitFor();
    });
    after(async () => {
      await sinkRow('states').click();
    });

    const common = [
      'Open Backfill',
      'Open in Sequin Console',
      'Copy Backfill ID',
      'Copy as cURL',
      'Copy as JSON',
    ];
    const offers: Record<BackfillState, { buttons: string[]; menu: string[] }> = {
      active: {
        buttons: ['Pause Backfill', 'Cancel Backfill…'],
        menu: ['Pause Backfill', 'Cancel Backfill…'],
      },
      paused: {
        buttons: ['Resume Backfill', 'Cancel Backfill…'],
        menu: ['Resume Backfill', 'Cancel Backfill…'],
      },
      completed: { buttons: ['Run Backfill Again…'], menu: ['Run Backfill Again…'] },
      cancelled: { buttons: ['Run Backfill Again…'], menu: ['Run Backfill Again…'] },
      failed: { buttons: ['Run Backfill Again…'], menu: ['Run Backfill Again…'] },
    };
    for (const [state, { buttons, menu }] of Object.entries(offers)) {
      it(`on a backfill that is ${state}`, async () => {
        const row = sequin.row(`states.${state}`);
        assert.deepEqual(await sequin.buttonsOf(row), buttons);
        assert.deepEqual(await sequin.menuOf(row), [...common.slice(0, 2), ...menu, ...common.slice(2)]);
      });
    }

    it('on a sink with a running and a paused one, and on a quiet one', async () => {
      assert.deepEqual(await sequin.buttonsOf(sinkRow('states')), [
        'Start Backfill…',
        'Open in Sequin Console',
      ]);
      const onSink = (...changes: string[]) => [
        'Open in Sequin Console',
        'Start Backfill…',
        ...changes,
        'Copy Sink Name',
        'Copy as cURL',
        'Copy as JSON',
        'Export Backfill History…',
      ];
      assert.deepEqual(
        await sequin.menuOf(sinkRow('states')),
        onSink(
          'Pause All Backfills of Sink',
          'Resume All Backfills of Sink',
          'Cancel All Backfills of Sink…',
        ),
      );
      assert.deepEqual(await sequin.menuOf(sinkRow('quiet')), onSink());
    });
  });

  it('starts the one table of a sink: one question, one request', async () => {
    await sequin.press(sinkRow('orders'), 'Start Backfill…');
    await sequin.dialog.getByText('Start a backfill of shop.orders?').waitFor();
    await sequin.dialog.getByText('Sink: orders').waitFor();
    await sequin.dialog.getByText('Destination: Kafka, orders @ kafka:9092').waitFor();
    await sequin.picture('start-question');
    await press('Start');
    await said('Started shop.orders → orders.');
    await sequin.picture('started');
    assert.deepEqual(
      writes().map(({ body }) => JSON.parse(body) as unknown),
      [{ table: 'shop.orders' }],
    );
    await sinkRow('orders').click();
    await sequin.row(/^shop\.orders/).waitFor();
  });

  it('is told of the one that runs, before anything is asked, and finds it', async () => {
    const before = writes().length;
    await sequin.press(sinkRow('orders'), 'Start Backfill…');
    const notice = await said('A backfill of shop.orders → orders is open already. It is active');
    assert.equal(writes().length, before);
    await notice.getByRole('button', { name: 'Show It' }).click();
    await sequin.detail.getByRole('heading', { name: 'shop.orders' }).waitFor();
  });

  it('pauses it, and undoes that', async () => {
    const row = sequin.row(/^shop\.orders/);
    await sequin.press(row, 'Pause Backfill');
    await row.filter({ hasText: 'paused' }).waitFor();
    const notice = await said('Paused shop.orders → orders.');
    await until(() => openOf('orders')[0]?.json.state === 'paused');
    await sequin.picture('paused');
    // The buttons come back once a second press cannot be part of the first.
    await row.hover();
    await row.locator('[aria-label="Resume Backfill"]').waitFor();
    await notice.getByRole('button', { name: 'Undo' }).click();
    await until(() => openOf('orders')[0]?.json.state === 'active');
    await sequin.rows(/^shop\.orders.*paused/).waitFor({ state: 'hidden' });
  });

  it('pauses by the keyboard alone, and resumes from the palette', async () => {
    const row = sequin.row(/^shop\.orders/);
    // A click would open its page too, which takes the focus from the menu whenever it is there.
    await sequin.sidebar.getByRole('tree').focus();
    await sequin.page.keyboard.press('Home');
    const current = sequin.sidebar.locator('.monaco-list-row.focused');
    await until(
      async () => (await current.textContent())?.startsWith('shop.orders') === true,
      async () => {
        const before = await current.textContent();
        await sequin.page.keyboard.press('ArrowDown');
        await until(async () => (await current.textContent()) !== before);
      },
    );
    await sequin.page.keyboard.press('Shift+F10');
    await sequin.menuItem('Pause Backfill').waitFor();
    const focused = sequin.page.locator('.monaco-menu .action-item.focused');
    await until(
      async () => (await focused.count()) > 0 && (await focused.textContent()) === 'Pause Backfill',
      () => sequin.page.keyboard.press('ArrowDown'),
    );
    await sequin.page.keyboard.press('Enter');
    await until(() => openOf('orders')[0]?.json.state === 'paused');
    await row.hover();
    await row.locator('[aria-label="Resume Backfill"]').waitFor();
    await sequin.runCommand('Sequin: Resume Backfill');
    await sequin.input.getByText('shop.orders').waitFor();
    await sequin.page.keyboard.press('Enter');
    await until(() => openOf('orders')[0]?.json.state === 'active');
  });

  it('is asked before it cancels, and may think better of it', async () => {
    const row = sequin.row(/^shop\.orders/);
    await row.hover();
    await row.locator('[aria-label="Pause Backfill"]').waitFor();
    await sequin.press(row, 'Cancel Backfill…');
    await sequin.dialog.getByText('Cancel shop.orders → orders?').waitFor();
    await sequin.dialog.getByText('A cancelled backfill cannot be resumed').waitFor();
    await sequin.picture('cancel-question');
    await press('Keep It Running');
    assert.equal(openOf('orders')[0]?.json.state, 'active');
    await sequin.press(row, 'Cancel Backfill…');
    await press('Cancel Backfill');
    await row.filter({ hasText: 'cancelled' }).waitFor();
    assert.deepEqual(openOf('orders'), []);
  });

  it('runs it again', async () => {
    const row = sequin.row(/^shop\.orderscancelled/);
    await row.hover();
    await sequin.press(row, 'Run Backfill Again…');
    await sequin.dialog.getByText('Start a backfill of shop.orders?').waitFor();
    await press('Start Paused');
    await said('Created shop.orders → orders, paused.');
    assert.equal(openOf('orders')[0]?.json.state, 'paused');
    await sinkRow('orders').click();
  });

  it('picks tables of a sink that takes many, and types one that is not known', async () => {
    const before = writes().length;
    await sequin.press(sinkRow('catalog'), 'Start Backfill…');
    await sequin.input.getByRole('checkbox', { name: /catalog\.products, / }).waitFor();
    await sequin.input.getByText('Only a part of a table, or with a time limit…').waitFor();
    await sequin.input.getByText('catalog.products', { exact: true }).click();
    await sequin.input.locator('input[type="text"]').fill('catalog.prices');
    await sequin.input.getByText('as typed').click();
    await sequin.input.locator('input[type="text"]').fill('');
    await sequin.picture('pick-tables');
    await sequin.input.getByRole('button', { name: 'OK' }).click();
    await sequin.dialog.getByText('Start 2 backfills?').waitFor();
    await sequin.picture('start-two');
    await press('Start');
    await said('Started 2 backfills.');
    assert.deepEqual(
      writes()
        .slice(before)
        .map(({ body }) => JSON.parse(body) as unknown),
      [{ table: 'catalog.products' }, { table: 'catalog.prices' }],
    );
  });

  it('reads the server’s reason in plain words where it refuses', async () => {
    await sequin.press(sinkRow('catalog'), 'Start Backfill…');
    await sequin.input.locator('input[type="text"]').fill('nope.nope');
    await sequin.page.keyboard.press('Enter');
    await sequin.dialog.getByText('Start a backfill of nope.nope?').waitFor();
    await press('Start');
    const notice = await said('nope.nope → catalog was not started. Sequin knows no table nope.nope');
    await notice.getByRole('button', { name: 'Open in Console' }).waitFor();
    await sequin.picture('refused');
  });

  it('cancels twenty at once, three of which fail, and tries those again', async function () {
    this.timeout(120_000);
    await sequin.choose(sinkRow('bulk'), 'Cancel All Backfills of Sink…');
    await sequin.dialog.getByText('Cancel 20 backfills?').waitFor();
    await sequin.dialog.getByText('… and 10 more').waitFor();
    await sequin.picture('bulk-question');
    emulator.fault({ status: 500, body: { errors: { detail: 'no' } }, method: 'PATCH', times: 3 });
    await press('Cancel All');
    const notice = await said('Cancelled 17 of 20 backfills.');
    await notice.getByText('failed inside (status 500)').waitFor();
    await sequin.picture('bulk-failed');
    assert.equal(openOf('bulk').length, 3);
    await notice.getByRole('button', { name: 'Try Again' }).click();
    await said('Cancelled 3 backfills.');
    assert.deepEqual(openOf('bulk'), []);
  });

  it('selects several rows and changes them together', async () => {
    const { json } = emulator.world.getSink('bulk');
    for (const table of ['bulk.t01', 'bulk.t02', 'bulk.t03']) emulator.world.addBackfill(json.id, { table });
    await sinkRow('bulk').click();
    const rows = ['bulk.t01', 'bulk.t02', 'bulk.t03'].map((table) =>
      sequin.row(new RegExp(`^${table}counting`)),
    );
    const [first, second, third] = rows as [Locator, Locator, Locator];
    // Rows that come later would move those that are there.
    for (const row of rows) await row.waitFor();
    await first.click();
    await second.click({ modifiers: ['Control'] });
    await third.click({ modifiers: ['Control'] });
    for (const row of rows) {
      await row.and(sequin.sidebar.locator('[aria-selected="true"]')).waitFor();
    }
    assert.deepEqual(await sequin.menuOf(third), ['Pause Backfill', 'Cancel Backfill…', 'Copy Backfill ID']);
    await sequin.choose(third, 'Pause Backfill');
    await sequin.dialog.getByText('Pause 3 backfills?').waitFor();
    await press('Pause All');
    await said('Paused 3 backfills.');
    assert.deepEqual(
      openOf('bulk').map(({ json: backfill }) => backfill.state),
      ['paused', 'paused', 'paused'],
    );
  });

  it('is told what is so where somebody else was faster', async () => {
    const row = sequin.row(/^bulk\.t01paused/);
    // What is done to one of the selected rows would be done to all.
    await row.click();
    const [it] = openOf('bulk');
    // Between two looks of ours.
    emulator.fault({ delayMs: 60_000, path: /sinks$/ });
    emulator.world.setBackfill(it?.json.id ?? '', { state: 'completed' });
    await sequin.press(row, 'Resume Backfill');
    await said(/bulk\.t01 → bulk was not resumed\. It already completed, /);
    emulator.fault(undefined);
  });

  it('is told that it was done although the answer was lost', async () => {
    const row = sequin.row(/^bulk\.t02paused/);
    emulator.fault({ reset: 'after', method: 'PATCH', times: 1 });
    await sequin.press(row, 'Resume Backfill');
    await sequin.rows(/^bulk\.t02paused/).waitFor({ state: 'hidden' });
    await row.page().getByText('Resumed bulk.t02 → bulk.').waitFor();
  });
});
