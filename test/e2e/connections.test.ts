import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Locator } from '@playwright/test';
import type { Emulator, EmulatorOptions } from '../emulator/Emulator.ts';
import type { Settings } from '../host/settings.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { cleanUpAfterAll, createFrozenClock, createSource, fastPolling, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

test.describe('Several connections', () => {
  test.describe.configure({ mode: 'serial' });
  cleanUpAfterAll();
  /** A server that stays available while the others fail. */
  let local: Emulator;
  let staging: Emulator;
  /** The server at the new address of the staging connection. */
  let moved: Emulator;
  /** A server that only the settings of the open folder mention. */
  let attacker: Emulator;
  let home: string;
  let userDir: string;
  let sequin: SequinPage;

  test.beforeAll(async ({ startEmulator, openOwnWorkbench }) => {
    const startWithToken = (token: string) => startEmulator(createOptions(token));
    local = addSinks(await startWithToken('local-token'), { orders: ['local.orders'], quiet: [] });
    staging = addSinks(await startWithToken('staging-token'), stagingSinks);
    moved = addSinks(await startWithToken('moved-token'), { invoices: ['moved.invoices'] });
    attacker = await startWithToken('attacker-token');
    home = createTemporaryFolder();
    await writeCliContexts();
    const workspace = createTemporaryFolder();
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
    const dataDir = createTemporaryFolder();
    userDir = join(dataDir, 'data/User');
    sequin = await openOwnWorkbench({
      workspace,
      dataDir,
      env: { HOME: home, USERPROFILE: home },
      settings: fastPolling,
    });
    await sequin.open();
    await sequin.widenSidebar(430);
  });
  test.afterEach(() => {
    expect(attacker.requests).toEqual([]);
  });

  const stagingSinks = {
    invoices: ['staging.invoices'],
    payments: ['staging.payments'],
    refunds: ['staging.refunds'],
  };

  const createOptions = (token: string): EmulatorOptions => ({
    scenario: 'empty',
    clock: createFrozenClock(),
    token,
  });

  /** Adds sinks with these tables, and a backfill of each table. */
  function addSinks(emulator: Emulator, sinks: Record<string, string[]>): Emulator {
    for (const [name, tables] of Object.entries(sinks)) {
      const destination = { type: 'kafka', hosts: 'kafka:9092', topic: name };
      emulator.world.addSink({ name, source: createSource(...tables), destination });
      for (const table of tables) {
        emulator.world.addBackfill(name, { table, rows_initial_count: 1_000, rows_processed_count: 250 });
      }
    }
    return emulator;
  }

  /** Writes contexts as the Sequin CLI does. */
  async function writeCliContexts(): Promise<void> {
    const contexts = join(home, '.sequin/contexts');
    await mkdir(contexts, { recursive: true });
    const write = (file: string, text: string) => writeFile(join(contexts, `${file}.json`), text);
    const writeContext = (name: string, { url, token }: { url: string; token: string }, tls = false) =>
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
    await writeContext('laptop', local);
    await writeContext('warehouse', moved);
    await writeContext('cloud', { url: 'https://api.sequinstream.com', token: 'cloud-token' }, true);
    await write('torn', '{ "name": "torn", "api_token": "torn-token"');
    await writeFile(join(home, '.sequin/.default_context'), 'warehouse');
  }

  const getHost = ({ url }: Emulator) => url.slice('http://'.length);
  /** The row of the connection whose name starts with `name`, if the row contains all words. */
  const connectionRow = (name: string, ...words: string[]): Locator =>
    words.reduce(
      (row, word) => row.filter({ hasText: word }),
      sequin.rows(new RegExp(`^${name.replaceAll('.', '\\.')}`)).and(sequin.page.locator('[aria-level="1"]')),
    );
  const expectStep = (title: string) => expect(sequin.input.getByText(title, { exact: true })).toBeVisible();
  const countSinkRequests = ({ requests }: Emulator) =>
    requests.filter(({ path }) => path === '/api/sinks').length;
  /** Counts the requests other than those that poll the server or refresh the displayed backfills. */
  const countOtherRequests = ({ requests }: Emulator) =>
    requests.filter(({ path }) => path !== '/api/sinks' && !path.includes('/backfills')).length;
  const listWrites = ({ requests }: Emulator) => requests.filter(({ method }) => method !== 'GET');
  const getState = ({ world }: Emulator, sink: string) => world.getSink(sink).backfills[0]?.json.state;
  const expectState = (emulator: Emulator, sink: string, state: string) =>
    expect.poll(() => getState(emulator, sink)).toBe(state);
  /** Reads the connections in the settings, without their ids. */
  const readConnections = async () => {
    const settings = JSON.parse(await readFile(join(userDir, 'settings.json'), 'utf8')) as Settings;
    const entries = settings['sequin.connections'] as { readonly id: string }[];
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    return entries.map((entry) => Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'id')));
  };

  /** Expects the extension to keep polling a server. */
  async function expectPolling(emulator: Emulator, times = 5): Promise<void> {
    const requestCount = countSinkRequests(emulator);
    // Polling is slower on a busy machine, where responses take long.
    await expect
      .poll(() => countSinkRequests(emulator), { timeout: 90_000 })
      .toBeGreaterThanOrEqual(requestCount + times);
  }

  /** Changes the progress of a backfill on the server and expects the tree to show it. */
  async function expectLive({ world }: Emulator, sink: string): Promise<void> {
    const [backfill] = world.getSink(sink).backfills;
    const rows = (backfill?.json.rows_processed_count ?? 0) + 50;
    world.setBackfill(backfill?.json.id ?? '', { rows_processed_count: rows });
    // If the sink is expanded, the row of the backfill shows the progress instead.
    await expect(sequin.row(new RegExp(`\\b${sink}.*${String(rows / 10)}%`))).toBeVisible();
  }

  test('offers to connect and to import, and ignores connections in the folder settings', async () => {
    await expect(sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' })).toBeVisible();
    await expect(sequin.sidebar.getByText('import from Sequin CLI', { exact: true })).toBeVisible();
    await sequin.savePicture('connections-welcome');
    await expect(sequin.rows()).toHaveCount(0);
  });

  test('connects to the first server in two steps, without asking for a name', async () => {
    await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).click();
    await expectStep('Connect to Sequin (1/2)');
    await sequin.enter(local.url);
    await expectStep(`Connect to ${getHost(local)} (2/2)`);
    await sequin.enter(local.token);
    await expect(sequin.row(/^orders/)).toBeVisible();
    expect(await readConnections()).toEqual([{ address: local.url }]);
    await sequin.expand(sequin.row(/^orders/));
    await expect(sequin.row(/^local\.orders/)).toBeVisible();
    await sequin.savePicture('connections-one');
  });

  test('connects to a second server in three steps, without extra requests to the first server', async () => {
    const requestCount = countOtherRequests(local);
    await sequin.runCommand('Sequin: Connect…');
    await expectStep('Connect to Sequin (1/3)');
    await sequin.enter(staging.url);
    await expectStep(`Connect to ${getHost(staging)} (2/3)`);
    await sequin.enter(staging.token);
    await expectStep(`Connect to ${getHost(staging)} (3/3)`);
    await sequin.savePicture('connections-name');
    await sequin.enter('Staging');
    await expect(connectionRow('Staging', '3 sinks')).toBeVisible();
    await expect(connectionRow(getHost(local), '2 sinks')).toBeVisible();
    await expect(sequin.row(/^invoices/)).toBeVisible();
    await expect(sequin.row(/^local\.orders/)).toBeVisible();
    await sequin.moveMouseAway();
    await sequin.savePicture('connections-two');
    await expectPolling(local);
    expect(countOtherRequests(local)).toBe(requestCount);
    await expectLive(staging, 'invoices');
    await expectLive(local, 'orders');
  });

  test('renames a connection, but not to the name of another connection', async () => {
    await sequin.choose(connectionRow(getHost(local)), 'Rename Connection…');
    await expectStep(`Rename ${getHost(local)}`);
    await sequin.enter('Staging');
    await expect(sequin.input.getByText('A connection named Staging already exists.')).toBeVisible();
    await sequin.savePicture('connections-rename');
    await sequin.enter('Local');
    await expect(connectionRow('Local', '2 sinks')).toBeVisible();
    await expect(sequin.row(/^local\.orders/)).toBeVisible();
    expect(await readConnections()).toEqual([
      { address: local.url, name: 'Local' },
      { name: 'Staging', address: staging.url },
    ]);
  });

  test('keeps polling one server while the other is unreachable, and then polls both again', async () => {
    await staging.stop();
    await expect(connectionRow('Staging', 'unreachable')).toBeVisible();
    await expectLive(local, 'orders');
    await sequin.savePicture('connections-down');
    await staging.restart();
    await expect(connectionRow('Staging', 'unreachable')).toBeHidden();
    await expectLive(staging, 'invoices');
  });

  test('reports a rejected token once and sends no requests until the user enters another token', async ({
    startEmulator,
  }) => {
    const requestCount = countOtherRequests(local);
    // The token of the server changes.
    const port = Number(new URL(staging.url).port);
    await staging.stop();
    staging = addSinks(await startEmulator({ ...createOptions('rotated-token'), port }), stagingSinks);
    // The requests below are pending at the same time.
    const responses = Promise.withResolvers<undefined>();
    staging.fault({ heldUntil: responses.promise });
    await expect.poll(() => countSinkRequests(staging), { intervals: [50] }).toBeGreaterThan(0);
    await sequin.expand(sequin.row(/^payments/));
    await sequin.expand(sequin.row(/^refunds/));
    const countBackfillLists = () =>
      staging.requests.filter(({ path }) => path.endsWith('/backfills')).length;
    await expect.poll(countBackfillLists).toBe(2);
    staging.fault(undefined);
    responses.resolve(undefined);
    await expect(connectionRow('Staging', 'token rejected')).toBeVisible();
    const notification = await sequin.waitForNotification('Staging rejected the API token.');
    const rejectedCount = staging.requests.length;
    await expectPolling(local, 10);
    expect(staging.requests).toHaveLength(rejectedCount);
    await expect(sequin.page.locator('.notifications-center .notification-list-item')).toHaveCount(1);
    await sequin.savePicture('connections-refused');
    expect(countOtherRequests(local)).toBe(requestCount);

    await notification.getByRole('button', { name: 'Enter Token' }).click();
    await expectStep('Connect to Staging (2/2)');
    await sequin.savePicture('connections-token');
    await sequin.enter('wrong-token');
    await expect(sequin.input.getByText('Staging rejected the API token.')).toBeVisible();
    expect(staging.requests).toHaveLength(rejectedCount + 1);
    await sequin.enter(staging.token);
    await expect(connectionRow('Staging', 'token rejected')).toBeHidden();
    await expect(sequin.row(/^staging\.payments/)).toBeVisible();
    await expectLive(staging, 'invoices');
    expect(countOtherRequests(local)).toBe(requestCount);
    await sequin.clearNotifications();
  });

  test('signs out and in again from the row of a connection', async () => {
    await sequin.choose(connectionRow('Staging'), 'Sign Out');
    await expect(connectionRow('Staging', 'signed out')).toBeVisible();
    await expect(sequin.row('Enter Token')).toBeVisible();
    await sequin.savePicture('connections-signed-out');
    const requestCount = staging.requests.length;
    await expectPolling(local);
    expect(staging.requests).toHaveLength(requestCount);
    await sequin.clickInRow(connectionRow('Staging'), 'Enter Token…');
    await sequin.enter(staging.token);
    await expect(sequin.row(/^invoices/)).toBeVisible();
    await expectLive(local, 'orders');
    // Signing out forgets which rows were expanded.
    await expect(sequin.row(/^staging\.payments/)).toBeHidden();
    await sequin.expand(sequin.row(/^payments/));
    await sequin.expand(sequin.row(/^refunds/));
    await expect(sequin.row(/^staging\.refunds/)).toBeVisible();
  });

  test('doesn’t poll a connection while it is hidden, and polls it again when it is shown', async () => {
    await sequin.choose(connectionRow('Staging'), 'Hide Connection');
    await expect(sequin.row(/^invoices/)).toBeHidden();
    await expect(sequin.row(/^orders/)).toBeVisible();
    const requestCount = staging.requests.length;
    await expectPolling(local);
    expect(staging.requests).toHaveLength(requestCount);
    await sequin.savePicture('connections-hidden');
    await sequin.runCommand('Sequin: Show Hidden Connections…');
    await expectLive(staging, 'invoices');
    // The rows below move until all expanded sinks have their backfills again.
    await expect(sequin.row(/^local\.orders/)).toBeVisible();
    await expect(sequin.row(/^staging\.payments/)).toBeVisible();
    await expect(sequin.row(/^staging\.refunds/)).toBeVisible();
  });

  test('asks for confirmation only before changes in production, and Enter doesn’t confirm them', async () => {
    await sequin.choose(connectionRow('Staging'), 'Mark as Production');
    await expect(connectionRow('Staging', 'production')).toBeVisible();
    const focusedButton = sequin.dialog.locator('.monaco-button:focus');
    await sequin.expand(sequin.row(/^invoices/));
    const row = sequin.row(/^staging\.invoices/);
    const question = 'staging.invoices → invoices in production (Staging)?';
    await sequin.clickUntilConfirmation(row, 'Pause Backfill', `Pause ${question}`);
    await sequin.savePicture('connections-production');
    await expect(focusedButton).toHaveText('Keep Running');
    await sequin.page.keyboard.press('Enter');
    await expect(sequin.dialog).toBeHidden();
    await sequin.clickUntilConfirmation(row, 'Cancel Backfill…', `Cancel ${question}`);
    await expect(focusedButton).toHaveText('Keep Backfill');
    await sequin.page.keyboard.press('Escape');
    await expect(sequin.dialog).toBeHidden();
    await sequin.clickInRow(sequin.row(/^local\.orders/), 'Pause Backfill');
    await expectState(local, 'orders', 'paused');
    expect(listWrites(staging)).toEqual([]);

    await sequin.clickUntilConfirmation(row, 'Pause Backfill', `Pause ${question}`);
    await sequin.clickInDialog('Pause in Production');
    await expectState(staging, 'invoices', 'paused');
    await sequin.choose(connectionRow('Staging'), 'Unmark as Production');
    await expect(connectionRow('Staging', 'production')).toBeHidden();
    // VS Code loses a click while it renders the row.
    await expect(async () => {
      await sequin.clickInRow(row, 'Resume Backfill');
      await expect.poll(() => listWrites(staging).length, { timeout: 3_000 }).toBe(2);
    }).toPass();
    await expectState(staging, 'invoices', 'active');
    expect(listWrites(staging)).toHaveLength(2);
    expect(listWrites(local)).toHaveLength(1);
    await sequin.clearNotifications();
  });

  test('changes the address of a connection without sending the old token there', async () => {
    await sequin.choose(connectionRow('Staging'), 'Change Address…');
    await expectStep('Connect to Sequin (1/2)');
    await expect(sequin.input.locator('input')).toHaveValue(staging.url);
    await sequin.enter(moved.url);
    await expectStep(`Connect to ${getHost(moved)} (2/2)`);
    await expect(sequin.input.locator('input')).toHaveValue('');
    expect(moved.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    await sequin.enter(moved.token);
    await expect(sequin.row(/^payments/)).toBeHidden();
    await expect(connectionRow('Staging', '1 sink')).toBeVisible();
    await expectLive(moved, 'invoices');
    const tokens = new Set(moved.requests.map(({ headers }) => headers.authorization));
    expect([...tokens].filter((token) => token !== undefined)).toEqual([`Bearer ${moved.token}`]);
    const requestCount = staging.requests.length;
    await expectPolling(local);
    expect(staging.requests).toHaveLength(requestCount);
    expect(await readConnections()).toHaveProperty('1', { name: 'Staging', address: moved.url });
  });

  test('asks before it connects to an address without encryption, until the user accepts the address', async () => {
    const question = 'Connect to http://sequin.internal:7376 without encryption?';
    await sequin.runCommand('Sequin: Connect…');
    await expectStep('Connect to Sequin (1/3)');
    await sequin.enter('http://sequin.internal:7376');
    await expect(sequin.dialog.getByText(question)).toBeVisible();
    await sequin.savePicture('connections-plain-http');
    await sequin.clickInDialog('Don’t Connect');
    await expectStep('Connect to Sequin (1/3)');
    await sequin.input.locator('input').press('Enter');
    await expect(sequin.dialog.getByText(question)).toBeVisible();
    await sequin.clickInDialog('Connect Without Encryption');
    await expectStep('Connect to sequin.internal:7376 (2/3)');
    await sequin.page.keyboard.press('Escape');
    await sequin.runCommand('Sequin: Connect…');
    await sequin.enter('http://sequin.internal:7376');
    // The user has accepted the address, so the extension connects to it before it asks for the token.
    await expect(sequin.input.getByText(/sequin\.internal:7376/)).toBeVisible();
    await expectStep('Connect to Sequin (1/3)');
    await expect(sequin.dialog).toBeHidden();
    await sequin.page.keyboard.press('Escape');
    expect(await readConnections()).toHaveLength(2);
  });

  test('removes a connection only after confirmation', async () => {
    await sequin.choose(connectionRow('Staging'), 'Remove Connection…');
    await expect(sequin.dialog.getByText('Remove the connection Staging?')).toBeVisible();
    await sequin.savePicture('connections-remove');
    await sequin.clickInDialog('Keep Connection');
    await expect(sequin.dialog).toBeHidden();
    await sequin.choose(connectionRow('Staging'), 'Remove Connection…');
    await sequin.clickInDialog('Remove');
    await expect(sequin.row(/^invoices/)).toBeHidden();
    await expect(sequin.row(/^orders/)).toBeVisible();
    expect(await readConnections()).toHaveLength(1);
  });

  test('manages a single connection with the keyboard', async () => {
    const title = sequin.sidebar.locator('.pane-header', { hasText: 'Sinks' });
    await run('Rename Connection…');
    await expectStep('Rename Local');
    await sequin.enter('Production');
    await expect(title.getByText('Production', { exact: true })).toBeAttached();
    await run('Mark as Production');
    await expect(title.getByText('Production · production')).toBeAttached();
    await run('Sign Out');
    await expect(sequin.sidebar.getByRole('button', { name: 'Enter Token' })).toBeVisible();
    await sequin.savePicture('connections-single-signed-out');
    await run('Enter Token…');
    await sequin.enter(local.token);
    await expect(sequin.row(/^orders/)).toBeVisible();
    await sequin.savePicture('connections-single');
    await run('Remove Connection…');
    await expect(sequin.dialog.getByText('Remove the connection Production?')).toBeVisible();
    await sequin.page.keyboard.press('Enter');
    await expect(sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' })).toBeVisible();
    expect(await readConnections()).toEqual([]);
  });

  test('imports only the selected connections from the Sequin CLI', async () => {
    await sequin.sidebar.getByText('import from Sequin CLI', { exact: true }).click();
    const options = sequin.input.getByRole('checkbox', { name: /, https?:/ });
    await expect(options).toHaveText([
      /warehouse.*default context/,
      /cloud.*api\.sequinstream\.com.*shut down October 2025/,
      /laptop/,
    ]);
    await sequin.savePicture('connections-import');
    await sequin.page.keyboard.press('Enter');
    await expect(sequin.input).toBeHidden();
    expect(await readConnections()).toEqual([]);

    await sequin.sidebar.getByText('import from Sequin CLI', { exact: true }).click();
    await options.filter({ hasText: 'laptop' }).click();
    await options.filter({ hasText: 'warehouse' }).click();
    await sequin.page.keyboard.press('Enter');
    await expect(connectionRow('laptop', '2 sinks')).toBeVisible();
    await expect(connectionRow('warehouse', '1 sink')).toBeVisible();
    expect(await readConnections()).toEqual([
      { name: 'warehouse', address: moved.url },
      { name: 'laptop', address: local.url },
    ]);
    await sequin.savePicture('connections-imported');
  });

  /** Runs a command from the Command Palette without the mouse. */
  async function run(command: string): Promise<void> {
    await sequin.page.keyboard.press('F1');
    await sequin.input.locator('input').fill(`>Sequin: ${command}`);
    await expect(sequin.input.getByRole('option', { name: `Sequin: ${command}` }).first()).toBeVisible();
    await sequin.page.keyboard.press('Enter');
  }
});
