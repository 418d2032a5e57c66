import assert from 'node:assert/strict';
import { Emulator } from '../emulator/Emulator.ts';
import { Workbench } from '../host/Workbench.ts';
import { SequinPage } from './SequinPage.ts';
import { until } from './until.ts';

describe('a thousand sinks, of which 200 run', () => {
  let emulator: Emulator;
  let workbench: Workbench;
  let sequin: SequinPage;

  before(async () => {
    emulator = await Emulator.start({ scenario: 'large', latency: false, speed: 0.1 });
    workbench = await Workbench.open({
      version: 'newest',
      env: { SEQUIN_ADDRESS: emulator.url, SEQUIN_TOKEN: emulator.token },
    });
    sequin = new SequinPage(workbench.page);
    await sequin.open();
    await sequin.row('sink-0001').waitFor();
    await sequin.widenSidebar(430);
  });
  after(async () => {
    await workbench.close();
    await emulator.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) {
      await sequin.picture('failed-large');
    }
  });

  it('moves the rows that run, and touches no other; selection and scroll stay', async function () {
    // On a busy machine the list takes a second, and the pace goes down to a request every 20 s.
    this.timeout(120_000);
    await sequin.goTo('sink-0208');
    await sequin.row('sink-0205').click();
    await sequin.row('No backfills yet').waitFor();
    await sequin.row('sink-0198').click();
    await sequin.row(/public\.orders/).waitFor();
    await sequin.row('Loading').waitFor({ state: 'hidden' });

    await workbench.page.mouse.move(900, 600);
    await sequin.hover.waitFor({ state: 'hidden' });
    const touched = await sequin.watchRows();
    for (const rows of [40_000, 80_000]) {
      for (const sink of ['sink-0195', 'sink-0196', 'sink-0198']) {
        const [backfill] = emulator.world.getSink(sink).backfills;
        emulator.world.setBackfill(backfill?.json.id ?? '', {
          rows_processed_count: rows,
          rows_initial_count: 200_000,
        });
      }
      await sequin.row(`sink-01961 backfill, ${String(rows / 2_000)}%`).waitFor({ timeout: 45_000 });
    }
    const names = await touched();
    assert.ok(names.length > 0);
    assert.deepEqual(
      names.filter((name) => !/^(sink-01\d\d|sink-0200|public\.orders)$/.test(name)),
      [],
    );
    assert.equal(await sequin.row('sink-0198').getAttribute('aria-selected'), 'true');
    await sequin.row('sink-0205').waitFor();
  });

  it('says that a history takes long, and lets it be given up and asked for again', async () => {
    emulator.fault({ delayMs: 3_600_000, path: /backfills$/ });
    await sequin.row('sink-0199').click();
    await sequin.page.getByText('Loading the backfills of sink-0199').waitFor();
    await sequin.openNotifications();
    await sequin.page.getByRole('button', { name: 'Cancel' }).click();
    await sequin.row('Cancelled.').waitFor();
    emulator.fault(undefined);
    const asked = emulator.requests.length;
    await sequin.row('Retry').click();
    await sequin.row('Retry').waitFor({ state: 'hidden' });
    await until(() => emulator.requests.slice(asked).some(({ path }) => path.endsWith('/backfills')));
  });

  it('shows only what runs when asked to, and everything again', async () => {
    await sequin.runCommand('Sequin: Hide Ended Backfills');
    const hidden = sequin.row('sinks without a running backfill are hidden');
    await sequin.sidebar.getByRole('tree').focus();
    await workbench.page.keyboard.press('End');
    await hidden.click();
    await hidden.waitFor({ state: 'hidden' });
    await workbench.page.keyboard.press('End');
    await sequin.row('sink-1000').waitFor();
  });
});
