import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import type { TestApi } from '../../src/extension.ts';
import { Emulator } from '../emulator/Emulator.ts';
import { activateExtension, connectToEmulator, disconnect, waitUntil } from './connectToEmulator.ts';

describe('activation', () => {
  it('registers exactly the commands that package.json contributes', async () => {
    await activateExtension();
    const registered = (await vscode.commands.getCommands(true)).filter((id) => /^sequin\.\w+$/.test(id));
    assert.deepEqual(registered.sort(), manifest.contributes.commands.map(({ command }) => command).sort());
  });

  it('sends no request before the view is opened', async () => {
    const connection = await connectToEmulator();
    assert.deepEqual(connection.emulator.requests, []);
    await vscode.commands.executeCommand('sequin.sinks.focus');
    await connection.api.servers.monitors[0]?.ensureSinks();
    const paths = connection.emulator.requests.map(({ path }) => path);
    assert.deepEqual(
      paths.filter((path) => path !== '/info/version'),
      ['/api/sinks'],
    );
    await disconnect(connection);
  });
});

const getSignInKinds = ({ connections }: TestApi): string[] => connections.states.map(({ kind }) => kind);

describe('a connection', () => {
  it('keeps its token only in secret storage and its address in user settings', async () => {
    const connection = await connectToEmulator();
    const { api, emulator } = connection;
    const entry = { id: emulator.url, address: emulator.url };
    const settings = vscode.workspace.getConfiguration('sequin');
    assert.deepEqual(settings.inspect('connections')?.globalValue, [entry]);
    assert.ok(!JSON.stringify(settings).includes(emulator.token));
    assert.equal(await api.connections.getToken(entry), emulator.token);

    await api.connections.signOut(emulator.url);
    assert.equal(await api.connections.getToken(entry), undefined);
    const afterSignOut = vscode.workspace.getConfiguration('sequin').inspect('connections')?.globalValue;
    assert.deepEqual(afterSignOut, [entry]);
    assert.deepEqual(getSignInKinds(api), ['signedOut']);
    await disconnect(connection);
  });

  it("doesn't send its token to a changed address", async () => {
    const connection = await connectToEmulator();
    const { api, emulator } = connection;
    const other = await Emulator.start();
    const moved = { id: emulator.url, address: other.url };
    await vscode.workspace
      .getConfiguration('sequin')
      .update('connections', [moved], vscode.ConfigurationTarget.Global);
    await waitUntil(api.connections.onDidChange, () => getSignInKinds(api).includes('signedOut'));
    assert.deepEqual(api.servers.monitors, []);
    assert.equal(await api.connections.getToken(moved), undefined);
    assert.deepEqual(other.requests, []);
    await other.stop();
    await disconnect(connection);
  });
});
