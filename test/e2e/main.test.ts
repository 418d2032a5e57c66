import assert from 'node:assert/strict';
import { Emulator } from '../emulator/Emulator.ts';
import { Workbench } from '../host/Workbench.ts';
import { SequinPage } from './SequinPage.ts';
import { until } from './until.ts';

for (const theme of ['dark', 'light'] as const) {
  describe(`a user's first day (${theme} theme)`, () => {
    let emulator: Emulator;
    let workbench: Workbench;
    let sequin: SequinPage;

    before(async () => {
      emulator = await Emulator.start({ scenario: 'demo', latency: false });
      workbench = await Workbench.open({ version: 'newest', theme });
      sequin = new SequinPage(workbench.page);
    });
    after(async () => {
      await workbench.close();
      await emulator.stop();
    });
    afterEach(async function () {
      if (this.currentTest?.isFailed()) {
        await sequin.picture(`failed-${theme}`);
      }
    });

    it('is welcomed, and nothing is asked yet', async () => {
      await sequin.open();
      await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).waitFor();
      await sequin.sidebar.getByText('API token').waitFor();
      await sequin.picture(`welcome-${theme}`);
      assert.deepEqual(emulator.requests, []);
    });

    it('enters an address where nothing listens, and is told so at the address', async () => {
      const other = await Emulator.start();
      await other.stop();
      await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).click();
      await sequin.enter('not an address');
      await sequin.input.getByText('This is not an address').waitFor();
      await sequin.enter(other.url);
      await sequin.input.getByText('An API token of this server').waitFor();
      await sequin.enter(emulator.token);
      await sequin.input.getByText(`Nothing listens at ${other.url.slice(7)}`).waitFor();
      assert.deepEqual(emulator.requests, []);
    });

    it('enters the right address and a wrong token, and is told so at the token', async () => {
      await sequin.enter(`${emulator.url}/api/`);
      await sequin.input.getByText('An API token of this server').waitFor();
      await sequin.enter('wrong');
      await sequin.input.getByText('refused the token').waitFor();
      await sequin.picture(`connect-${theme}`);
    });

    it('enters the right token, and sees every sink', async () => {
      await sequin.enter(emulator.token);
      await sequin.row('signups-stream').waitFor();
      assert.equal(await sequin.rows().count(), emulator.world.sinks.length);
    });

    it('expands a sink and sees its backfills move', async () => {
      await sequin.widenSidebar(430);
      await sequin.row('orders-to-kafka').click();
      const running = sequin.row(/public\.orders\d+% · /);
      const before = await running.textContent();
      await sequin.row(/public\.orders.* in \d+ min/).waitFor();
      await sequin.rows(before ?? '').waitFor({ state: 'hidden', timeout: 30_000 });
      await sequin.page.mouse.move(900, 600);
      await sequin.picture(`tree-${theme}`, { x: 0, y: 36, width: 480, height: 400 });
    });

    it('rests the mouse on a backfill and on a sink, and reads all about them', async () => {
      await sequin.row(/public\.orders\d+% · /).hover();
      for (const text of [
        'public.orders → orders-to-kafka',
        'Active',
        'Rows processed',
        'Initial row count',
        'Last change',
      ]) {
        await sequin.hover.getByText(text).first().waitFor();
      }
      await sequin.picture(`hover-${theme}`, { x: 48, y: 36, width: 720, height: 560 });
      await sequin.page.mouse.move(900, 700);
      await sequin.hover.waitFor({ state: 'hidden' });
      await sequin.row('billing-webhook').hover();
      await sequin.hover.getByText('[http_endpoint]: Unexpected status code: 500').waitFor();
      await sequin.page.mouse.move(900, 700);
    });

    it('opens a backfill’s page, once however often it is opened', async () => {
      const running = sequin.row(/public\.orders\d+% · /);
      await running.click();
      await sequin.detail.getByRole('heading', { name: 'public.orders' }).waitFor();
      await sequin.detail.getByText('Health of the sink').waitFor();
      await running.click();
      await running.press('Enter');
      assert.equal(await sequin.page.getByRole('tab', { name: 'public.orders' }).count(), 1);
      await sequin.page.mouse.move(900, 780);
      await sequin.picture(`page-${theme}`);
    });

    it('finds a backfill by the palette, without the tree', async () => {
      await sequin.runCommand('Sequin: Open Backfill');
      await sequin.input.getByRole('option', { name: 'catalog.products' }).click();
      await sequin.detail.getByRole('heading', { name: 'catalog.products' }).waitFor();
      await sequin.page.getByRole('tab', { name: 'catalog.products' }).getByLabel('Close').click();
    });

    it('opens the sink’s backfills in the console', async () => {
      const opened = workbench.page.context().waitForEvent('page');
      await sequin.detail.getByRole('button', { name: 'Open in Sequin Console' }).click();
      const { json } = emulator.world.getSink('orders-to-kafka');
      // VS Code in a browser leads to a port of its machine by a path of its own.
      assert.ok((await opened).url().endsWith(`/sinks/kafka/${json.id}/backfills`));
      await (await opened).close();
    });

    it('refreshes', async () => {
      const asked = (): number => emulator.requests.filter(({ path }) => path.endsWith('/backfills')).length;
      const before = asked();
      await sequin.runCommand('Sequin: Refresh');
      await until(() => asked() > before);
    });

    it('reloads the window and finds all as it was', async () => {
      const rows = await sequin.rows().count();
      await workbench.reload();
      await sequin.row(/public\.orders\d+% · /).waitFor();
      await sequin.detail.getByRole('heading', { name: 'public.orders' }).waitFor();
      await sequin.detail.getByText('Health of the sink').waitFor();
      await sequin
        .rows()
        .nth(rows - 1)
        .waitFor();
      assert.equal(await sequin.rows().count(), rows);
    });

    it('keeps what it sees while the server is gone, and is told', async () => {
      const rows = await sequin.rows().count();
      await emulator.stop();
      await sequin.sidebar.getByText(/Updated .* · Nothing listens at/).waitFor({ timeout: 30_000 });
      await sequin.detail.getByText(/Nothing listens at .* This is from/).waitFor();
      assert.equal(await sequin.rows().count(), rows);
      await sequin.picture(`gone-${theme}`);
    });

    it('sees it return without doing anything', async () => {
      await emulator.restart();
      await sequin.sidebar.getByText(/Nothing listens at/).waitFor({ state: 'hidden', timeout: 60_000 });
      await sequin.detail.getByText(/Nothing listens at/).waitFor({ state: 'hidden' });
    });

    it('is told on the page that its sink was deleted', async () => {
      emulator.world.removeSink('orders-to-kafka');
      await sequin.detail.getByText('This sink does not exist any more.').waitFor();
      await sequin.row('orders-to-kafka').waitFor({ state: 'hidden' });
    });

    it('signs out, and is where it began', async () => {
      await sequin.runCommand('Sequin: Sign Out');
      await sequin.sidebar.getByRole('button', { name: 'Enter Token' }).waitFor();
      assert.equal(await sequin.rows().count(), 0);
      await sequin.detail.getByText('Not connected to').waitFor();
    });
  });
}
