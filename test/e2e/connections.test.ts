import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { Emulator } from '../emulator/Emulator.ts';
import type { Settings } from '../host/settings.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { Workbench } from '../host/Workbench.ts';
import { SequinPage } from './SequinPage.ts';
import { until } from './until.ts';

/** In the order of the tests, which are one user's day. */
describe('a user of several servers', () => {
  const started: Emulator[] = [];
  /** The server of the user's own machine; what happens to others never disturbs it. */
  let local: Emulator;
  let staging: Emulator;
  /** Where staging moves to. */
  let moved: Emulator;
  /** Whoever wrote the settings of the folder that is open. */
  let attacker: Emulator;
  const home = temporaryFolder();
  const dataDir = temporaryFolder();
  let workbench: Workbench;
  let sequin: SequinPage;

  before(async () => {
    local = await start('local-token', { orders: ['local.orders'], quiet: [] });
    staging = await start('staging-token', stagingSinks);
    moved = await start('moved-token', { invoices: ['moved.invoices'] });
    attacker = await start('attacker-token', {});
    await writeContexts();
    const workspace = temporaryFolder();
    await mkdir(join(workspace, '.vscode'));
    await writeFile(
      join(workspace, '.vscode/settings.json'),
      JSON.stringify({
        'sequin.connections': [
          { name: 'Attacker', address: attacker.url },
          { name: 'Hidden', address: local.url, hidden: true },
          { name: 'Moved', address: staging.url, production: true },
        ],
        'sequin.notifications': 'off',
        'sequin.refresh.interval': 0,
      }),
    );
    workbench = await Workbench.open({
      version: 'newest',
      workspace,
      dataDir,
      env: { HOME: home, USERPROFILE: home },
      settings: { 'sequin.refresh.interval': 0.2 },
    });
    sequin = new SequinPage(workbench.page);
    await sequin.open();
    await sequin.widenSidebar(430);
  });
  after(async () => {
    await workbench.close();
    await Promise.all(started.map((emulator) => emulator.stop()));
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) {
      await sequin.picture(
        `failed-connections-${this.currentTest.title.slice(0, 30).replaceAll(/\W/g, '-')}`,
      );
    }
    assert.deepEqual(attacker.requests, []);
  });

  const stagingSinks = {
    invoices: ['staging.invoices'],
    payments: ['staging.payments'],
    refunds: ['staging.refunds'],
  };

  /** A server with a backfill for each table, whose clock stands still, and with it its backfills. */
  async function start(token: string, sinks: Record<string, string[]>, port = 0): Promise<Emulator> {
    const now = Date.now();
    const emulator = await Emulator.start({
      scenario: 'empty',
      latency: false,
      clock: { now: () => now },
      token,
      port,
    });
    started.push(emulator);
    for (const [name, tables] of Object.entries(sinks)) {
      const source = {
        include_schemas: null,
        exclude_schemas: null,
        exclude_tables: null,
        include_tables: tables,
      };
      emulator.world.addSink({
        name,
        source,
        destination: { type: 'kafka', hosts: 'kafka:9092', topic: name },
      });
      for (const table of tables) {
        emulator.world.addBackfill(name, { table, rows_initial_count: 1_000, rows_processed_count: 250 });
      }
    }
    return emulator;
  }

  /** What the Sequin CLI would have written on this machine. */
  async function writeContexts(): Promise<void> {
    const contexts = join(home, '.sequin/contexts');
    await mkdir(contexts, { recursive: true });
    const write = (file: string, text: string) => writeFile(join(contexts, `${file}.json`), text);
    const context = (name: string, { url, token }: { url: string; token: string }, tls = false) =>
      write(
        name,
        JSON.stringify({
          name,
          description: '',
          hostname: url.replace(/^https?:\/\//, ''),
          tls,
          api_token: token,
        }),
      );
    await context('laptop', local);
    await context('warehouse', moved);
    await context('cloud', { url: 'https://api.sequinstream.com', token: 'cloud-token' }, true);
    await write('torn', '{ "name": "torn", "api_token": "torn-token"');
    await writeFile(join(home, '.sequin/.default_context'), 'warehouse');
  }

  const host = ({ url }: Emulator) => url.slice('http://'.length);
  /** The row of a connection, whose name begins it. */
  const server = (name: string, ...words: string[]): Locator =>
    words.reduce(
      (row, word) => row.filter({ hasText: word }),
      sequin.rows(new RegExp(`^${name.replaceAll('.', '\\.')}`)).and(sequin.page.locator('[aria-level="1"]')),
    );
  const press = async (button: string) =>
    sequin.dialog.getByRole('button', { name: button, exact: true }).click();
  const step = (text: string) => sequin.input.getByText(text, { exact: true }).waitFor();
  const lists = ({ requests }: Emulator) => requests.filter(({ path }) => path === '/api/sinks').length;
  const writes = ({ requests }: Emulator) => requests.filter(({ method }) => method !== 'GET');
  /** Everything but the polling. */
  const others = ({ requests }: Emulator) => requests.filter(({ path }) => path !== '/api/sinks').length;
  const openOf = ({ world }: Emulator, sink: string) => world.getSink(sink).backfills[0]?.json.state;
  const userDir = join(dataDir, 'data/User');
  const settings = async () =>
    JSON.parse(await readFile(join(userDir, 'settings.json'), 'utf8')) as Settings & {
      'sequin.connections': unknown[];
    };

  /** Waits until a server was asked for its sinks so many times more, as it is while all is well. */
  async function goesOn(emulator: Emulator, times = 5): Promise<void> {
    const before = lists(emulator);
    await until(() => lists(emulator) >= before + times);
  }

  /** A change at a server is seen in the tree: it is live. */
  async function isLive({ world }: Emulator, sink: string): Promise<void> {
    const [backfill] = world.getSink(sink).backfills;
    const rows = (backfill?.json.rows_processed_count ?? 0) + 50;
    world.setBackfill(backfill?.json.id ?? '', { rows_processed_count: rows });
    await sequin.row(new RegExp(`^${sink}.*${String(rows / 10)}%`)).waitFor();
  }

  it('is offered to connect, and what the CLI knows; the folder’s own servers are not there', async () => {
    await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).waitFor();
    await sequin.sidebar.getByRole('button', { name: 'Import from Sequin CLI' }).waitFor();
    await sequin.picture('connections-welcome');
    assert.equal(await sequin.rows().count(), 0);
  });

  it('connects to the first server in two steps, and is asked for no name', async () => {
    await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).click();
    await step('Connect to Sequin (1/2)');
    await sequin.enter(local.url);
    await step(`Connect to ${host(local)} (2/2)`);
    await sequin.enter(local.token);
    await sequin.row(/^orders/).waitFor();
    assert.deepEqual((await settings())['sequin.connections'], [{ address: local.url }]);
    await sequin.row(/^orders/).click();
    await sequin.row(/^local\.orders/).waitFor();
    await sequin.picture('connections-one');
  });

  it('connects to a second one in three steps, and sees both by name; the first is not disturbed', async () => {
    const before = others(local);
    await sequin.runCommand('Sequin: Connect…');
    await step('Connect to Sequin (1/3)');
    await sequin.enter(staging.url);
    await step(`Connect to ${host(staging)} (2/3)`);
    await sequin.enter(staging.token);
    await step(`Connect to ${host(staging)} (3/3)`);
    await sequin.picture('connections-name');
    await sequin.enter('Staging');
    await server('Staging', '3 sinks').waitFor();
    await server(host(local), '2 sinks').waitFor();
    await sequin.row(/^invoices/).waitFor();
    await sequin.row(/^local\.orders/).waitFor();
    await sequin.page.mouse.move(900, 600);
    await sequin.picture('connections-two');
    await goesOn(local);
    assert.equal(others(local), before);
    await isLive(staging, 'invoices');
    await isLive(local, 'orders');
  });

  it('reads in the palette’s lists which server each backfill is of', async () => {
    await sequin.runCommand('Sequin: Open Backfill');
    await sequin.input.getByRole('option', { name: /staging\.invoices.*Staging · invoices/ }).waitFor();
    await sequin.input
      .getByRole('option', { name: new RegExp(`local\\.orders.*${host(local)} · orders`) })
      .waitFor();
    await sequin.picture('connections-pick');
    await sequin.page.keyboard.press('Escape');
  });

  it('renames the first one, but not to what another is called', async () => {
    await sequin.choose(server(host(local)), 'Rename Connection…');
    await step(`Rename ${host(local)}`);
    await sequin.enter('Staging');
    await sequin.input.getByText('Another connection is called Staging already.').waitFor();
    await sequin.picture('connections-rename');
    await sequin.enter('Local');
    await server('Local', '2 sinks').waitFor();
    await sequin.row(/^local\.orders/).waitFor();
    assert.deepEqual((await settings())['sequin.connections'], [
      { address: local.url, name: 'Local' },
      { name: 'Staging', address: staging.url },
    ]);
  });

  it('rests the mouse on a server, and reads where it is', async () => {
    // A hover that is on its way for the row under the mouse would be this one's.
    await sequin.page.mouse.move(900, 700);
    await server('Staging').hover();
    await sequin.hover.getByText(staging.url).waitFor();
    await sequin.picture('connections-hover');
    await sequin.page.mouse.move(900, 700);
    await sequin.hover.waitFor({ state: 'hidden' });
  });

  it('sees one server go down and come back by itself, while the other goes on', async () => {
    await staging.stop();
    await server('Staging', 'not reachable').waitFor();
    await isLive(local, 'orders');
    await sequin.picture('connections-down');
    await staging.restart();
    await server('Staging', 'not reachable').waitFor({ state: 'hidden' });
    await isLive(staging, 'invoices');
  });

  it('reads that something else has taken a server’s place', async () => {
    await staging.stop();
    const other = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
    });
    other.listen(Number(new URL(staging.url).port), '127.0.0.1');
    await once(other, 'listening');
    await server('Staging', 'not a Sequin').waitFor();
    await isLive(local, 'orders');
    await sequin.picture('connections-not-sequin');
    other.close();
    other.closeAllConnections();
    await once(other, 'close');
    await staging.restart();
    await server('Staging', 'not a Sequin').waitFor({ state: 'hidden' });
  });

  it('is told once that a token is refused, and nothing more is asked until there is another', async () => {
    const before = others(local);
    // Somebody gave the server another token.
    const port = Number(new URL(staging.url).port);
    await staging.stop();
    staging = await start('rotated-token', stagingSinks, port);
    // All that is asked for in this time is under way at once.
    staging.fault({ delayMs: 3_000 });
    await until(() => lists(staging) > 0);
    await sequin.row(/^payments/).click();
    await sequin.row(/^refunds/).click();
    await until(() => others(staging) === 2);
    await server('Staging', 'token refused').waitFor();
    staging.fault(undefined);
    const notice = await sequin.notification('Staging refused the token.');
    await goesOn(local, 10);
    assert.equal(staging.requests.length, 3);
    assert.equal(await sequin.page.locator('.notifications-center .notification-list-item').count(), 1);
    await sequin.picture('connections-refused');
    assert.equal(others(local), before);

    await notice.getByRole('button', { name: 'Enter Token' }).click();
    await step('Connect to Staging (2/2)');
    await sequin.picture('connections-token');
    await sequin.enter('wrong-token');
    await sequin.input.getByText('Staging refused the token.').waitFor();
    assert.equal(staging.requests.length, 4);
    await sequin.enter(staging.token);
    await server('Staging', 'token refused').waitFor({ state: 'hidden' });
    await sequin.row(/^staging\.payments/).waitFor();
    await isLive(staging, 'invoices');
    assert.equal(others(local), before);
    await sequin.clearNotifications();
  });
  it('signs out and in again from the row', async () => {
    await sequin.choose(server('Staging'), 'Sign Out');
    await server('Staging', 'signed out').waitFor();
    await sequin.row('Enter Token').waitFor();
    await sequin.picture('connections-signed-out');
    const asked = staging.requests.length;
    await goesOn(local);
    assert.equal(staging.requests.length, asked);
    await sequin.press(server('Staging'), 'Enter Token…');
    await sequin.enter(staging.token);
    await sequin.row(/^invoices/).waitFor();
    await isLive(local, 'orders');
  });

  it('hides a connection, of which nothing is asked then, and shows it again', async () => {
    await sequin.choose(server('Staging'), 'Hide Connection');
    await sequin.row(/^invoices/).waitFor({ state: 'hidden' });
    await sequin.row(/^orders/).waitFor();
    const asked = staging.requests.length;
    await goesOn(local);
    assert.equal(staging.requests.length, asked);
    await sequin.picture('connections-hidden');
    await sequin.runCommand('Sequin: Show Hidden Connections…');
    await isLive(staging, 'invoices');
  });

  it('labels one as production, and is asked once more there, and only there', async () => {
    await sequin.choose(server('Staging'), 'Label as Production');
    await server('Staging', 'production').waitFor();
    const atProduction = async (deed: string) => {
      await sequin.dialog.getByText('Staging is production. Go on?').waitFor();
      await sequin.dialog.getByText(deed).waitFor();
      await sequin.dialog.getByText('staging.invoices → invoices').waitFor();
    };
    await sequin.row(/^invoices/).click();
    const row = sequin.row(/^staging\.invoices/);
    await sequin.press(row, 'Pause Backfill');
    await atProduction('To be paused:');
    await sequin.picture('connections-production');
    await press('Do Nothing');
    await sequin.press(row, 'Cancel Backfill…');
    await sequin.dialog.getByText('Cancel staging.invoices → invoices?').waitFor();
    await press('Cancel Backfill');
    await atProduction('To be cancelled:');
    await press('Do Nothing');
    await sequin.dialog.waitFor({ state: 'hidden' });
    await sequin.press(sequin.row(/^local\.orders/), 'Pause Backfill');
    await until(() => openOf(local, 'orders') === 'paused');
    assert.deepEqual(writes(staging), []);

    await sequin.press(row, 'Pause Backfill');
    await atProduction('To be paused:');
    await press('Do It in Production');
    await until(() => openOf(staging, 'invoices') === 'paused');
    await sequin.choose(server('Staging'), 'Remove Production Label');
    await server('Staging', 'production').waitFor({ state: 'hidden' });
    await sequin.press(row, 'Resume Backfill');
    await until(() => openOf(staging, 'invoices') === 'active');
    assert.equal(writes(staging).length, 2);
    assert.equal(writes(local).length, 1);
    await sequin.clearNotifications();
  });

  it('moves a connection to another address, which never gets the old one’s token', async () => {
    await sequin.choose(server('Staging'), 'Change Address…');
    await step('Connect to Sequin (1/2)');
    assert.equal(await sequin.input.locator('input').inputValue(), staging.url);
    await sequin.enter(local.url);
    await sequin.input.getByText('Another connection has this address already.').waitFor();
    await sequin.enter(moved.url);
    await step(`Connect to ${host(moved)} (2/2)`);
    assert.equal(await sequin.input.locator('input').inputValue(), '');
    assert.equal(moved.requests.length, 0);
    await sequin.enter(moved.token);
    await sequin.row(/^payments/).waitFor({ state: 'hidden' });
    await server('Staging', '1 sink').waitFor();
    await isLive(moved, 'invoices');
    const tokens = new Set(moved.requests.map(({ headers }) => headers.authorization));
    assert.deepEqual(
      [...tokens].filter((token) => token !== undefined),
      [`Bearer ${moved.token}`],
    );
    const asked = staging.requests.length;
    await goesOn(local);
    assert.equal(staging.requests.length, asked);
    assert.deepEqual((await settings())['sequin.connections'][1], { name: 'Staging', address: moved.url });
  });

  it('is asked once before a token can be read on its way', async () => {
    const question = 'Connect to http://sequin.internal:7376 without encryption?';
    await sequin.runCommand('Sequin: Connect…');
    await step('Connect to Sequin (1/3)');
    await sequin.enter('http://sequin.internal:7376');
    await sequin.dialog.getByText(question).waitFor();
    await sequin.picture('connections-plain-http');
    await press('Do Not Connect');
    await step('Connect to Sequin (1/3)');
    await sequin.input.locator('input').press('Enter');
    await sequin.dialog.getByText(question).waitFor();
    await press('Connect Without Encryption');
    await step('Connect to sequin.internal:7376 (2/3)');
    await sequin.page.keyboard.press('Escape');
    await sequin.runCommand('Sequin: Connect…');
    await sequin.enter('http://sequin.internal:7376');
    await step('Connect to sequin.internal:7376 (2/3)');
    await sequin.page.keyboard.press('Escape');
    assert.equal((await settings())['sequin.connections'].length, 2);
  });

  it('removes a connection, and is asked first', async () => {
    await sequin.choose(server('Staging'), 'Remove Connection…');
    await sequin.dialog.getByText('Remove the connection Staging?').waitFor();
    await sequin.picture('connections-remove');
    await press('Keep It');
    await sequin.dialog.waitFor({ state: 'hidden' });
    await sequin.choose(server('Staging'), 'Remove Connection…');
    await press('Remove');
    await sequin.row(/^invoices/).waitFor({ state: 'hidden' });
    await sequin.row(/^orders/).waitFor();
    assert.equal((await settings())['sequin.connections'].length, 1);
  });

  it('does all that by the keyboard alone, where there is one server', async () => {
    const title = sequin.sidebar.locator('.pane-header', { hasText: 'Sinks' });
    await run('Rename Connection…');
    await step('Rename Local');
    await sequin.enter('Production');
    await title.getByText('Production', { exact: true }).waitFor({ state: 'attached' });
    await run('Label as Production');
    await title.getByText('Production · production').waitFor({ state: 'attached' });
    await run('Sign Out');
    await sequin.sidebar.getByRole('button', { name: 'Enter Token' }).waitFor();
    await sequin.picture('connections-single-signed-out');
    await run('Enter Token…');
    await sequin.enter(local.token);
    await sequin.row(/^orders/).waitFor();
    await sequin.picture('connections-single');
    await run('Remove Connection…');
    await sequin.dialog.getByText('Remove the connection Production?').waitFor();
    await sequin.page.keyboard.press('Enter');
    await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).waitFor();
    assert.deepEqual((await settings())['sequin.connections'], []);
  });

  it('takes over what it ticks of the CLI’s servers, and no more', async () => {
    await sequin.sidebar.getByRole('button', { name: 'Import from Sequin CLI' }).click();
    const options = sequin.input.getByRole('checkbox', { name: /, https?:/ });
    await options.first().waitFor();
    await sequin.picture('connections-import');
    const texts = await options.allTextContents();
    assert.equal(texts.length, 3);
    assert.match(texts[0] ?? '', /warehouse.*the CLI’s default/);
    assert.match(texts[1] ?? '', /cloud.*api\.sequinstream\.com.*closed in October 2025/);
    assert.match(texts[2] ?? '', /laptop/);
    await sequin.page.keyboard.press('Enter');
    await sequin.input.waitFor({ state: 'hidden' });
    assert.deepEqual((await settings())['sequin.connections'], []);

    await sequin.sidebar.getByRole('button', { name: 'Import from Sequin CLI' }).click();
    await options.filter({ hasText: 'laptop' }).click();
    await options.filter({ hasText: 'warehouse' }).click();
    await sequin.page.keyboard.press('Enter');
    await server('laptop', '2 sinks').waitFor();
    await server('warehouse', '1 sink').waitFor();
    assert.deepEqual((await settings())['sequin.connections'], [
      { name: 'warehouse', address: moved.url },
      { name: 'laptop', address: local.url },
    ]);
    await sequin.picture('connections-imported');
  });

  /** Runs a command from the palette without the mouse. */
  async function run(command: string): Promise<void> {
    await sequin.page.keyboard.press('F1');
    await sequin.input.locator('input').fill(`>Sequin: ${command}`);
    await sequin.input
      .getByRole('option', { name: `Sequin: ${command}` })
      .first()
      .waitFor();
    await sequin.page.keyboard.press('Enter');
  }
});
