import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { listTabTitles, useConnection, waitForTabs } from './Connection.ts';

const { executeCommand } = vscode.commands;

describe('a command on a row of the tree', () => {
  const connection = useConnection();
  before(() => connection.monitor.refresh());
  afterEach(() => executeCommand('workbench.action.closeAllEditors'));

  it('copies the ID of a backfill and the name of its sink', async () => {
    const row = connection.unfinishedRow('orders-to-kafka');
    await executeCommand('sequin.copyBackfillId', row);
    assert.equal(await vscode.env.clipboard.readText(), row.backfillId);
    await executeCommand('sequin.copySinkName', row);
    assert.equal(await vscode.env.clipboard.readText(), 'orders-to-kafka');
  });

  it('opens a single page for a backfill, with the table in its title', async () => {
    const row = connection.unfinishedRow('search-index');
    await executeCommand('sequin.openBackfill', row);
    await executeCommand('sequin.openBackfill', row);
    await waitForTabs('catalog.products');
    assert.match(listTabTitles().join(), /^catalog\.products · \d+%$/);
  });

  it('shows a sink and then a backfill in one tab, and keeps a page that opens to the side', async () => {
    await executeCommand('sequin.openSink', connection.sinkRow('search-index'));
    await waitForTabs('search-index');
    await executeCommand('sequin.openBackfill', connection.unfinishedRow('search-index'));
    await waitForTabs('catalog.products');
    await executeCommand('sequin.openToSide', connection.sinkRow('search-index'));
    await waitForTabs('catalog.products', 'search-index');
  });

  it('keeps the title of a page when a response for an earlier page arrives', async () => {
    const { monitor } = connection;
    const openSink = async (name: string) => {
      await executeCommand('sequin.openSink', connection.sinkRow(name));
      await waitForTabs(name);
    };
    const held = Promise.withResolvers<undefined>();
    monitor.ensureSinks = () => held.promise;
    await openSink('orders-to-kafka');
    Reflect.deleteProperty(monitor, 'ensureSinks');
    await openSink('search-index');
    held.resolve(undefined);
    // A change of the title would arrive before the result of this command.
    await executeCommand('workbench.action.focusActiveEditorGroup');
    assert.deepEqual(listTabTitles(), ['search-index']);
  });

  it('copies nothing for a sink that no longer exists', async () => {
    await vscode.env.clipboard.writeText('before');
    await executeCommand('sequin.copySinkName', { connectionId: connection.emulator.url, sinkId: 'gone' });
    assert.equal(await vscode.env.clipboard.readText(), 'before');
  });

  it('sends no request for a row that does not name its connection', async () => {
    const row = { sinkId: 'gone', backfillId: 'gone' };
    for (const command of ['copySinkName', 'showMore', 'retry']) {
      await executeCommand(`sequin.${command}`, row);
    }
    assert.ok(!connection.emulator.requests.some(({ path }) => path.includes('gone')));
  });
});
