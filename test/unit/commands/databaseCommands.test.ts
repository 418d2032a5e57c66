import assert from 'node:assert/strict';
import { startBackfill } from '../../../src/commands/backfills/startBackfill.ts';
import type { CommandHandler } from '../../../src/commands/CommandHandler.ts';
import { refreshTables, testConnection } from '../../../src/commands/databases/databaseCommands.ts';
import { SequinError } from '../../../src/model/failure.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { InstantClock } from '../faults/InstantClock.ts';
import { connectionTo, now } from '../samples.ts';
import { useEmulators } from '../useServers.ts';
import { waitUntil } from '../waitUntil.ts';
import { runOnRows } from './createContext.ts';
import { FakeUi } from './FakeUi.ts';
import { useConnections } from './useConnections.ts';

const wrongPassword =
  'Error from Postgres: password authentication failed for user "sequin" (code=invalid_password)';

describe('a command on databases', () => {
  const startEmulator = useEmulators();
  const connections = useConnections();
  let emulator: Emulator;
  let monitor: ServerMonitor;
  let ui: FakeUi;

  beforeEach(async () => {
    ui = new FakeUi();
    emulator = await startEmulator({ scenario: 'empty', latency: false });
    emulator.world.addDatabase({ name: 'shop' });
    emulator.world.addDatabase({ name: 'other' });
    emulator.world.addSink({
      name: 'orders',
      database: 'shop',
      source: {
        include_schemas: ['public'],
        exclude_schemas: null,
        exclude_tables: null,
        include_tables: null,
      },
    });
    connect();
    await monitor.refresh();
    await waitUntil(() => monitor.snapshot.databases.size === 2);
  });

  function connect(): void {
    monitor = connections.connect(emulator, { clock: new InstantClock(now) });
  }

  async function run(handler: CommandHandler, row?: object): Promise<string[]> {
    return runOnRows(handler, row && [row], { ui, servers: connections.servers });
  }

  const createDatabaseRow = (name: string) => ({
    connectionId: emulator.url,
    databaseId: emulator.world.findDatabase(name)?.json.id,
  });
  const createSinkRow = () => ({
    connectionId: emulator.url,
    sinkId: emulator.world.getSink('orders').json.id,
  });
  const countRefreshes = () => emulator.requests.filter(({ path }) => path.endsWith('refresh_tables')).length;
  const getTest = (name: string) =>
    monitor.snapshot.connectionTests.get(emulator.world.findDatabase(name)?.json.id ?? '');

  it('tests the connection to a database, or to the database of a sink, and keeps the result', async () => {
    const passed = 'status bar: Sequin can connect to the database shop.';
    assert.deepEqual(await run(testConnection, createDatabaseRow('shop')), [passed]);
    assert.deepEqual(await run(testConnection, createSinkRow()), [passed]);
    assert.deepEqual(getTest('shop'), { isPassed: true, testedAt: now });
    assert.equal(getTest('other'), undefined);
  });

  it('reports why a connection test failed, and offers to repeat it', async () => {
    emulator.world.setDatabaseError('shop', wrongPassword);
    const failed = `warning: Sequin can’t connect to the database shop: ${wrongPassword}. [Try Again]`;
    assert.deepEqual(await run(testConnection, createDatabaseRow('shop')), [failed]);
    assert.deepEqual(getTest('shop'), { isPassed: false, reason: wrongPassword, testedAt: now });
    emulator.world.setDatabaseError('shop', undefined);
    await ui.press('Try Again');
    assert.deepEqual(ui.takeLines(), ['status bar: Sequin can connect to the database shop.']);
  });

  it('refreshes no tables if the password is wrong, even if Sequin would report success', async () => {
    emulator.world.setDatabaseError('shop', wrongPassword, true);
    const [line] = await run(refreshTables, createDatabaseRow('shop'));
    assert.match(line ?? '', /^warning: Sequin can’t connect to the database shop: .*invalid_password/);
    assert.equal(countRefreshes(), 0);
  });

  it('reports a failed refresh even if Sequin can connect to the database', async () => {
    emulator.fault({ status: 422, body: { success: false }, path: /refresh_tables$/ });
    assert.deepEqual(await run(refreshTables, createDatabaseRow('shop')), [
      'warning: Couldn’t refresh the tables of the database shop. Sequin can connect to it, and reports no reason. [Try Again]',
    ]);
  });

  it('reports that a database was deleted, or that the server is unreachable', async () => {
    const row = createDatabaseRow('shop');
    emulator.world.removeDatabase('shop');
    assert.deepEqual(await run(testConnection, row), ['warning: This database no longer exists. [Refresh]']);
    await emulator.stop();
    assert.match(
      (await run(refreshTables, row))[0] ?? '',
      /^warning: .*(connection refused|was interrupted)/,
    );
  });

  it('lets the user pick a database if it is run from the Command Palette', async () => {
    ui.picked = ['other'];
    assert.deepEqual(await run(refreshTables), [
      'Select a database other, shop',
      'status bar: Refreshed the tables of the database other.',
    ]);
  });

  it('reports that the databases for a picker couldn’t be loaded, and loads them again for the next picker', async () => {
    emulator.fault({ status: 500, path: /postgres_databases$/ });
    connect();
    await monitor.refresh();
    await assert.rejects(run(testConnection), SequinError);
    emulator.fault(undefined);
    assert.deepEqual(await run(testConnection), ['Select a database other, shop']);
  });

  it('offers the databases of one connection, and reports that another connection is unreachable', async () => {
    connections.connect({ url: 'http://127.0.0.1:1', token: 't' }, { clock: new InstantClock(now) });
    assert.deepEqual(await run(testConnection), [
      'Select a database other, shop Can’t connect to 127.0.0.1:1: connection refused. Is Sequin running?',
    ]);
  });

  it('offers the databases of a server without sinks', async () => {
    emulator.world.removeSink(emulator.world.getSink('orders').json.id);
    connect();
    assert.deepEqual(await run(testConnection), ['Select a database other, shop']);
  });

  it('offers the action Enter Token if the server rejects the current token', async () => {
    emulator.fault({ status: 401, path: /test_connection$/ });
    assert.deepEqual(await run(testConnection, createDatabaseRow('shop')), [
      `warning: ${connectionTo(emulator.url).name} rejected the API token. [Enter Token]`,
    ]);
  });

  it('offers to refresh the tables if the table of a backfill is unknown, and then to start the backfill again', async () => {
    emulator.world.createTable('shop', 'public.refunds');
    ui.tables = ['public.refunds'];
    ui.answers = ['Start'];
    const lines = await run(startBackfill, createSinkRow());
    assert.match(
      lines.at(-1) ?? '',
      /doesn’t know the table public\.refunds.* \[Refresh Tables\] \[Open in Console\]$/,
    );
    await ui.press('Refresh Tables');
    assert.deepEqual(ui.takeLines(), [
      'information: Refreshed the tables of the database shop. [Start Again]',
    ]);
    await ui.press('Start Again');
    assert.deepEqual(ui.takeLines(), ['status bar: Started public.refunds → orders. [Show Backfill]']);
    assert.equal(emulator.world.getSink('orders').backfills.length, 1);
  });
});
