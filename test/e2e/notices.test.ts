import assert from 'node:assert/strict';
import { Emulator } from '../emulator/Emulator.ts';
import { Workbench } from '../host/Workbench.ts';
import { SequinPage } from './SequinPage.ts';
import { until } from './until.ts';

describe('a user who looks elsewhere', () => {
  let emulator: Emulator;
  let workbench: Workbench;
  let sequin: SequinPage;

  before(async () => {
    emulator = await Emulator.start({ scenario: 'demo', latency: false });
    workbench = await Workbench.open({
      version: 'newest',
      env: { SEQUIN_ADDRESS: emulator.url, SEQUIN_TOKEN: emulator.token },
      // A tenth of the usual: in the background it is a request every two seconds.
      settings: { 'sequin.refresh.interval': 0.2 },
    });
    sequin = new SequinPage(workbench.page);
  });
  after(async () => {
    await workbench.close();
    await emulator.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) {
      await sequin.picture('failed-notices');
    }
  });

  const failure = 'public.orders → orders-to-kafka failed after';
  const status = () => workbench.page.locator('.statusbar-item', { hasText: 'backfills' });
  const listsAsked = () => emulator.requests.filter(({ path }) => path === '/api/sinks').length;

  it('sees in the status bar what runs, without the view ever being opened', async () => {
    await status().waitFor();
    await sequin.picture('status-bar', { x: 0, y: 768, width: 640, height: 32 });
  });

  it('is told that a backfill failed, and finds it by the status bar', async () => {
    const { backfills } = emulator.world.getSink('orders-to-kafka');
    const running = backfills.find(({ json }) => json.state === 'active') ?? assert.fail('nothing runs');
    const updated_at = new Date().toISOString().replace(/\.\d+/, '');
    emulator.world.setBackfill(running.json.id, { state: 'failed', updated_at });
    await status().filter({ hasText: '1 failed' }).waitFor();
    await sequin.openNotifications();
    await sequin.page.getByText(failure).first().waitFor();
    await sequin.picture('notice', { x: 640, y: 400, width: 640, height: 400 });
    await sequin.page.keyboard.press('Escape');
    await status().click();
    await sequin.row('orders-to-kafka').waitFor();
  });

  it('is not told again after a reload', async function () {
    this.timeout(120_000);
    await workbench.reload();
    const asked = listsAsked();
    await until(() => listsAsked() > asked + 2);
    await sequin.openNotifications();
    await sequin.page.locator('.notifications-center').waitFor();
    assert.equal(await sequin.page.locator('.notifications-center').getByText(failure).count(), 0);
  });
});
