import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Change, SequinExtension } from '../../api/index.d.ts';
import { type Connection, connectToEmulator, disconnect } from './connectToEmulator.ts';

describe('the API for other extensions', () => {
  let connection: Connection;

  before(async () => {
    connection = await connectToEmulator();
  });
  after(async () => {
    await disconnect(connection);
  });

  const runningBackfills = () =>
    connection.emulator.world.sinks
      .flatMap(({ backfills }) => backfills)
      .filter(({ json }) => json.state === 'active');

  it('lets the example extension list and pause the running backfills', async () => {
    const tables = runningBackfills().map(({ json }) => json.table);
    assert.ok(tables.length > 0);
    const listed = await vscode.commands.executeCommand<string[]>('sequinExample.listRunning');
    assert.deepEqual(listed.map((line) => line.split(':')[0]).sort(), tables.sort());

    const messages = await vscode.commands.executeCommand<string[]>('sequinExample.pauseRunning');
    assert.ok(messages.every((message) => message.startsWith('Paused ')));
    assert.deepEqual(runningBackfills(), []);
  });

  it('reports what changed, and never the token', async () => {
    const { emulator, api } = connection;
    const extension = vscode.extensions.getExtension<SequinExtension>('sequin-for-vscode.sequin');
    const sequin = extension?.exports.getApi(1) ?? assert.fail('no API');
    const changes: Change[] = [];
    const subscription = sequin.onDidChange((change) => changes.push(change));
    await api.servers.monitors[0]?.refresh();
    subscription.dispose();
    assert.ok(changes.some(({ connectionId }) => connectionId === emulator.url));
    const sinks = await sequin.getSinks(emulator.url);
    const lists = sinks.map(({ id }) => sequin.getBackfills({ connectionId: emulator.url, sinkId: id }));
    const everything = JSON.stringify([sequin, sequin.connections, sinks, await Promise.all(lists), changes]);
    assert.ok(everything.includes(emulator.url));
    assert.ok(!everything.includes(emulator.token));
  });

  it('rejects an unknown version and an unknown connection with a sentence', async () => {
    const extension = vscode.extensions.getExtension<SequinExtension>('sequin-for-vscode.sequin');
    const exported = extension?.exports ?? assert.fail('no API');
    assert.throws(() => exported.getApi(2 as 1), /no version 2 of the API/);
    await assert.rejects(exported.getApi(1).getSinks('gone'), /You are not signed in/);
  });
});
