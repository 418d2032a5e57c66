import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Connection, connectToEmulator, disconnect, waitUntil } from './connectToEmulator.ts';

describe('a command on a row of the tree', () => {
  let connection: Connection;

  before(async () => {
    connection = await connectToEmulator();
    await connection.api.servers.monitors[0]?.refresh();
  });
  after(async () => {
    await disconnect(connection);
  });

  /** Finds the row of the first unfinished backfill of a sink. */
  function findUnfinished(sinkName: string) {
    const { json, backfills } = connection.emulator.world.getSink(sinkName);
    const backfill =
      backfills.find(({ isUnfinished }) => isUnfinished) ?? assert.fail('no unfinished backfill');
    return {
      kind: 'backfill',
      connectionId: connection.emulator.url,
      sinkId: json.id,
      backfillId: backfill.json.id,
    };
  }

  it('copies the ID of a backfill and the name of its sink', async () => {
    const row = findUnfinished('orders-to-kafka');
    await vscode.commands.executeCommand('sequin.copyBackfillId', row);
    assert.equal(await vscode.env.clipboard.readText(), row.backfillId);
    await vscode.commands.executeCommand('sequin.copySinkName', row);
    assert.equal(await vscode.env.clipboard.readText(), 'orders-to-kafka');
  });

  it('opens a single page for a backfill, titled with its table', async () => {
    const row = findUnfinished('search-index');
    await vscode.commands.executeCommand('sequin.openBackfill', row);
    await vscode.commands.executeCommand('sequin.openBackfill', row);
    const titles = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    await waitUntil(vscode.window.tabGroups.onDidChangeTabs, () => titles().length > 0);
    assert.equal(titles().length, 1);
    assert.match(titles().join(), /^catalog\.products · \d+%$/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('shows a sink and then a backfill in one tab, and keeps a page that opens to the side', async () => {
    const backfill = findUnfinished('search-index');
    const sink = { kind: 'sink', connectionId: backfill.connectionId, sinkId: backfill.sinkId };
    const titles = () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label.split(' ·')[0])).sort();
    const waitForTitles = (...expected: string[]) =>
      waitUntil(vscode.window.tabGroups.onDidChangeTabs, () => titles().join() === expected.join());
    await vscode.commands.executeCommand('sequin.openSink', sink);
    await waitForTitles('search-index');
    await vscode.commands.executeCommand('sequin.openBackfill', backfill);
    await waitForTitles('catalog.products');
    await vscode.commands.executeCommand('sequin.openToSide', sink);
    await waitForTitles('catalog.products', 'search-index');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('keeps the title of a page when a response for an earlier one arrives', async () => {
    const { emulator, api } = connection;
    const monitor = api.servers.getMonitor(emulator.url) ?? assert.fail('no monitor');
    const titles = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    const openSink = async (name: string) => {
      const sinkId = emulator.world.getSink(name).json.id;
      await vscode.commands.executeCommand('sequin.openSink', {
        kind: 'sink',
        connectionId: emulator.url,
        sinkId,
      });
      await waitUntil(vscode.window.tabGroups.onDidChangeTabs, () => titles().join() === name);
    };
    const held = Promise.withResolvers<undefined>();
    monitor.ensureSinks = () => held.promise;
    await openSink('orders-to-kafka');
    Reflect.deleteProperty(monitor, 'ensureSinks');
    await openSink('search-index');
    held.resolve(undefined);
    // A change of the title would arrive before the result of this command.
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    assert.deepEqual(titles(), ['search-index']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('copies nothing for a sink that no longer exists', async () => {
    await vscode.env.clipboard.writeText('before');
    const row = { connectionId: connection.emulator.url, sinkId: 'gone' };
    await vscode.commands.executeCommand('sequin.copySinkName', row);
    assert.equal(await vscode.env.clipboard.readText(), 'before');
  });

  it('requests nothing for a row without its connection', async () => {
    const row = { sinkId: 'gone', backfillId: 'gone' };
    for (const command of ['copySinkName', 'showMore', 'retry']) {
      await vscode.commands.executeCommand(`sequin.${command}`, row);
    }
    assert.ok(!connection.emulator.requests.some(({ path }) => path.includes('gone')));
  });
});
