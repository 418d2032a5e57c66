import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Change, SequinExtension } from '../../api/index.d.ts';
import { findExtension, useConnection } from './Connection.ts';

describe('the API for other extensions', () => {
  const connection = useConnection();

  const getExports = () => findExtension().exports as SequinExtension;

  const listRunningBackfills = () =>
    connection.emulator.world.sinks
      .flatMap(({ backfills }) => backfills)
      .filter(({ json }) => json.state === 'active');

  it('lets the example extension list and pause the running backfills', async () => {
    const tables = listRunningBackfills().map(({ json }) => json.table);
    assert.ok(tables.length > 0);
    const listed = await vscode.commands.executeCommand<string[]>('sequinExample.listRunning');
    assert.deepEqual(listed.map((line) => line.split(':')[0]).sort(), tables.sort());

    const messages = await vscode.commands.executeCommand<string[]>('sequinExample.pauseRunning');
    assert.ok(messages.every((message) => message.startsWith('Paused ')));
    assert.deepEqual(listRunningBackfills(), []);
  });

  it('reports what changed, and never the token', async () => {
    const { emulator, monitor } = connection;
    const sequin = getExports().getApi(1);
    const changes: Change[] = [];
    const subscription = sequin.onDidChange((change) => changes.push(change));
    await monitor.refresh();
    subscription.dispose();
    assert.ok(changes.some(({ connectionId }) => connectionId === emulator.url));
    const sinks = await sequin.getSinks(emulator.url);
    const lists = sinks.map(({ id }) => sequin.getBackfills({ connectionId: emulator.url, sinkId: id }));
    const everything = JSON.stringify([sequin, sequin.connections, sinks, await Promise.all(lists), changes]);
    assert.ok(everything.includes(emulator.url));
    assert.ok(!everything.includes(emulator.token));
  });

  it('reports an unknown version or an unknown connection in a sentence', async () => {
    assert.throws(() => getExports().getApi(2 as 1), /no version 2 of the API/);
    await assert.rejects(getExports().getApi(1).getSinks('gone'), /You are not signed in/);
  });
});
