import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { connected, disconnected, until } from './connected.ts';

describe('commands on a row', () => {
  let connection: Awaited<ReturnType<typeof connected>>;

  before(async () => {
    connection = await connected();
    await connection.api.monitors.all[0]?.refresh();
  });
  after(async () => {
    await disconnected(connection);
  });

  it('copy a backfill’s id and a sink’s name as they are', async () => {
    const { json, backfills } = connection.emulator.world.getSink('orders-to-kafka');
    const running = backfills.find((backfill) => backfill.isOpen) ?? assert.fail('nothing runs');
    const row = {
      kind: 'backfill',
      address: connection.emulator.url,
      sinkId: json.id,
      backfillId: running.json.id,
    };
    await vscode.commands.executeCommand('sequin.copyBackfillId', row);
    assert.equal(await vscode.env.clipboard.readText(), running.json.id);
    await vscode.commands.executeCommand('sequin.copySinkName', row);
    assert.equal(await vscode.env.clipboard.readText(), 'orders-to-kafka');
  });

  it('open one page for a backfill, named after its table', async () => {
    const { json, backfills } = connection.emulator.world.getSink('search-index');
    const running = backfills.find((backfill) => backfill.isOpen) ?? assert.fail('nothing runs');
    const row = {
      kind: 'backfill',
      address: connection.emulator.url,
      sinkId: json.id,
      backfillId: running.json.id,
    };
    await vscode.commands.executeCommand('sequin.openBackfill', row);
    await vscode.commands.executeCommand('sequin.openBackfill', row);
    const titles = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    await until(vscode.window.tabGroups.onDidChangeTabs, () => titles().length > 0);
    assert.deepEqual(titles(), ['catalog.products']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('do nothing with what is no row of theirs', async () => {
    for (const target of [{ sinkId: 'gone' }, { sinkId: 'gone', backfillId: 'gone' }]) {
      await vscode.commands.executeCommand('sequin.copySinkName', target);
      await vscode.commands.executeCommand('sequin.showMore', target);
      await vscode.commands.executeCommand('sequin.retry', { sinkId: '..' });
    }
    assert.equal(connection.api.monitors.all[0]?.snapshot.sinksLoad.failure, undefined);
  });
});
