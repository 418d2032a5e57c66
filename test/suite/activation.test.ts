import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import type { ConnectionState } from '../../src/connections/ConnectionStore.ts';
import { Emulator } from '../emulator/Emulator.ts';
import { activated, connected, disconnected, until } from './connected.ts';

describe('activation', () => {
  it('registers every command of package.json and no other', async () => {
    await activated();
    const registered = (await vscode.commands.getCommands(true)).filter((id) => /^sequin\.\w+$/.test(id));
    assert.deepEqual(registered.sort(), manifest.contributes.commands.map(({ command }) => command).sort());
  });

  it('asks the server nothing before the view is opened', async () => {
    const connection = await connected();
    assert.deepEqual(connection.emulator.requests, []);
    await vscode.commands.executeCommand('sequin.sinks.focus');
    await connection.api.monitors.current?.ensureSinks();
    assert.equal(connection.emulator.requests.length, 1);
    await disconnected(connection);
  });

  it('has a welcome for every state in which there is nothing to show', () => {
    const kinds: Exclude<ConnectionState['kind'], 'signedIn'>[] = ['none', 'badAddress', 'signedOut'];
    const conditions = manifest.contributes.viewsWelcome.map(({ when }) => when);
    assert.deepEqual(conditions.sort(), kinds.map((kind) => `sequin.connection == ${kind}`).sort());
  });
});

describe('a connection', () => {
  it('keeps the token in the secret storage and the address in the user’s settings, each alone', async () => {
    const connection = await connected();
    const { api, emulator } = connection;
    const settings = vscode.workspace.getConfiguration('sequin');
    assert.equal(settings.inspect('address')?.globalValue, emulator.url);
    assert.ok(!JSON.stringify(settings).includes(emulator.token));
    assert.equal(await api.connections.token({ origin: emulator.url, address: '' }), emulator.token);

    await disconnected(connection);
    assert.equal(await api.connections.token({ origin: emulator.url, address: '' }), undefined);
    assert.equal(settings.inspect('address')?.globalValue, emulator.url);
    assert.equal(api.connections.state.kind, 'signedOut');
  });

  it('does not take its token along when the address changes', async () => {
    const connection = await connected();
    const { api } = connection;
    const elsewhere = await Emulator.start();
    await vscode.workspace
      .getConfiguration('sequin')
      .update('address', elsewhere.url, vscode.ConfigurationTarget.Global);
    await until(api.connections.onDidChange, () => api.connections.state.kind === 'signedOut');
    assert.equal(api.monitors.current, undefined);
    assert.equal(await api.connections.token({ origin: elsewhere.url, address: elsewhere.url }), undefined);
    assert.deepEqual(elsewhere.requests, []);
    await elsewhere.stop();
    await disconnected(connection);
  });

  it('takes no address from a workspace', () => {
    const { scope } = manifest.contributes.configuration.properties['sequin.address'];
    assert.equal(scope, 'application');
  });
});
