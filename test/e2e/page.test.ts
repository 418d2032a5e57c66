import assert from 'node:assert/strict';
import type { Locator } from '@playwright/test';
import { Emulator } from '../emulator/Emulator.ts';
import { Workbench } from '../host/Workbench.ts';
import { SequinPage } from './SequinPage.ts';
import { until } from './until.ts';

describe('a user at a backfill’s page', () => {
  let emulator: Emulator;
  let workbench: Workbench;
  let sequin: SequinPage;
  /** How far the server's clock is ahead: a test turns it, and with it the backfills. */
  let ahead = 0;

  before(async () => {
    const began = Date.now();
    emulator = await Emulator.start({
      scenario: 'empty',
      latency: false,
      clock: { now: () => began + ahead },
    });
    const { world } = emulator;
    world.addTable('shop.orders', 1_000_000);
    world.addSink({
      name: 'orders',
      source: {
        include_schemas: null,
        exclude_schemas: null,
        exclude_tables: null,
        include_tables: ['shop.orders'],
      },
      destination: { type: 'kafka', hosts: 'kafka:9092', topic: 'orders' },
    });
    const at = (daysAgo: number, seconds = 0) =>
      new Date(began - daysAgo * 86_400_000 + seconds * 1000).toISOString().replace(/\.\d+/, '');
    for (const daysAgo of [3, 2, 1]) {
      world.addBackfill('orders', {
        state: 'completed',
        rows_initial_count: 900_000,
        rows_processed_count: 900_000,
        rows_ingested_count: 900_000,
        inserted_at: at(daysAgo),
        updated_at: at(daysAgo, 60),
        completed_at: at(daysAgo, 60).replace('Z', '.000000Z'),
      });
    }
    world.addBackfill('orders', {});
    workbench = await Workbench.open({
      version: 'newest',
      viewport: { width: 1280, height: 1000 },
      env: { SEQUIN_ADDRESS: emulator.url, SEQUIN_TOKEN: emulator.token },
      settings: { 'sequin.notifications': 'off', 'sequin.refresh.interval': 0.2 },
    });
    sequin = new SequinPage(workbench.page);
    await sequin.open();
    await sequin.row('orders').click();
    await sequin.row('900,000 rows').waitFor();
  });
  after(async () => {
    await workbench.close();
    await emulator.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) {
      await sequin.picture('failed-page');
    }
  });

  const running = () => emulator.world.getSink('orders').backfills.at(-1) ?? assert.fail('there is none');
  const button = (name: string): Locator => sequin.detail.getByRole('button', { name, exact: true });
  const section = (name: string): Locator => sequin.detail.getByRole('heading', { name, exact: true });
  /** Lets so many seconds of the server's pass, with a look of ours every so many. */
  async function pass(seconds: number, step = 2): Promise<void> {
    for (let passed = 0; passed < seconds; passed += step) {
      const asked = emulator.requests.length;
      ahead += step * 1_000;
      await until(() => emulator.requests.length > asked);
    }
  }

  it('sees what is known at once: how far it is, what can be done, the runs before it', async () => {
    await pass(40);
    await sequin.row(/^shop\.orders\d+%/).click();
    await section('shop.orders').waitFor();
    await sequin.detail.getByText('orders → Kafka · orders @ kafka:9092').waitFor();
    await sequin.detail.getByText(/^[\d,]+ of 1,000,000 rows$/).waitFor();
    await button('Pause').waitFor();
    await section('Runs of this table').waitFor();
    assert.equal(await sequin.detail.getByText('900,000', { exact: true }).count(), 3);
  });

  it('sees it move, in numbers and in the chart, and keeps the focus meanwhile', async () => {
    const progress = sequin.detail.getByText(/ of 1,000,000 rows$/);
    const before = await progress.textContent();
    await button('Copy ID').focus();
    await pass(30);
    await until(async () => (await progress.textContent()) !== before);
    await sequin.detail.getByText('Average rate').first().waitFor();
    assert.equal(await focused(), 'Copy ID');
    await sequin.picture('page-running');
  });

  it('pauses and resumes from its own buttons, by the keyboard, without losing its place', async () => {
    await button('Pause').focus();
    await sequin.page.keyboard.press('Enter');
    await sequin.detail.getByText('Paused').first().waitFor();
    assert.equal(running().json.state, 'paused');
    await button('Resume').waitFor();
    await until(async () => (await focused()) === 'Resume');
    await pass(20, 10);
    // The button takes no second press of the one before.
    await until(async () => button('Resume').isEnabled());
    await sequin.page.keyboard.press('Enter');
    await button('Pause').waitFor();
    assert.equal(running().json.state, 'active');
    await pass(20, 10);
    await sequin.detail.getByText('Resumed').waitFor();
    await sequin.detail.getByText('Stood still for').waitFor();
    await sequin.page.mouse.move(640, 990);
    await sequin.picture('page-resumed');
  });

  it('comes back to a page that was hidden, and finds it as the server is now', async () => {
    await sequin.runCommand('File: New Untitled Text File');
    await pass(4);
    const hiddenAt = running().json.rows_processed_count;
    await pass(40, 10);
    await sequin.page.getByRole('tab', { name: 'shop.orders' }).click();
    await until(async () => {
      const text = (await sequin.detail.getByText(/ of 1,000,000 rows$/).textContent()) ?? '';
      return Number(text.split(' ')[0]?.replaceAll(',', '')) > hiddenAt;
    });
  });

  it('finds chart and timeline again after a reload of the window', async function () {
    this.timeout(120_000);
    await workbench.reload();
    await section('shop.orders').waitFor();
    await sequin.detail.getByText('Resumed').waitFor();
    await section('Throughput').waitFor();
    await sequin.detail.locator('canvas').waitFor();
  });

  it('opens an earlier run from the table of runs, and says that nobody watched that one', async () => {
    await sequin.detail.getByText('1 d ago', { exact: true }).click();
    await sequin.detail.getByText('Nobody watched this backfill').waitFor();
    await sequin.page.getByRole('tab', { name: 'shop.orders' }).nth(1).getByLabel('Close').click();
    await button('Pause').waitFor();
  });

  it('reads why it does not move, with the server’s own words', async () => {
    emulator.world.updateSink('orders', {
      health: {
        name: 'Health',
        status: 'error',
        checks: [
          { name: 'Message delivery', status: 'error', error: '[kafka]: <b>broker</b> not reachable' },
        ],
      } as never,
    });
    const { json } = running();
    emulator.world.setBackfill(json.id, { rows_processed_count: json.rows_processed_count });
    await pass(150, 10);
    await sequin.detail.getByText(/Does not move since/).waitFor();
    await sequin.detail.getByText('[kafka]: <b>broker</b> not reachable').first().waitFor();
    await sequin.picture('page-stalled');
  });

  it('cancels it from the page, is asked first, and runs it again', async () => {
    await button('Cancel Backfill…').click();
    await sequin.dialog.getByText('Cancel shop.orders → orders?').waitFor();
    await sequin.dialog.getByRole('button', { name: 'Cancel Backfill', exact: true }).click();
    await sequin.detail.getByText('Cancelled').first().waitFor();
    await button('Run Again…').click();
    await sequin.dialog.getByText('Start a backfill of shop.orders?').waitFor();
    await sequin.dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await until(() => running().json.state === 'active');
  });

  it('is told that the server is gone, and sees what was known', async () => {
    await emulator.stop();
    await sequin.detail.getByText(/Nothing listens at .* This is from/).waitFor({ timeout: 30_000 });
    await section('shop.orders').waitFor();
    await emulator.restart();
    await sequin.detail.getByText(/Nothing listens at/).waitFor({ state: 'hidden', timeout: 60_000 });
  });

  it('is told that its sink was deleted', async () => {
    emulator.world.removeSink('orders');
    await sequin.detail.getByText('This sink does not exist any more.').waitFor({ timeout: 30_000 });
  });

  /** The button of the page that has the focus. */
  async function focused(): Promise<string | undefined> {
    const [text] = await sequin.detail.locator('vscode-button:focus-within').allTextContents();
    return text?.trim();
  }
});
