import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import { Emulator } from '../emulator/Emulator.ts';
import { activateExtension, Connection, waitUntil } from './Connection.ts';

describe('the activation', () => {
  it('registers exactly the commands that package.json contributes', async () => {
    await activateExtension();
    const registered = (await vscode.commands.getCommands(true)).filter((id) => /^sequin\.\w+$/.test(id));
    assert.deepEqual(registered.sort(), manifest.contributes.commands.map(({ command }) => command).sort());
  });
});

describe('a connection', () => {
  const connection = new Connection();
  beforeEach(() => connection.open());
  afterEach(() => connection.close());

  const getSettings = () => vscode.workspace.getConfiguration('sequin');
  const listStates = () => connection.api.connections.states.map(({ kind }) => kind);

  it('sends no request before the view is opened', async () => {
    assert.deepEqual(connection.emulator.requests, []);
    await vscode.commands.executeCommand('sequin.sinks.focus');
    await connection.monitor.ensureSinks();
    const paths = connection.emulator.requests.map(({ path }) => path);
    assert.deepEqual(
      paths.filter((path) => path !== '/info/version'),
      ['/api/sinks'],
    );
  });

  it('keeps its token only in secret storage and its address in user settings', async () => {
    const { api, emulator } = connection;
    const entry = { id: emulator.url, address: emulator.url };
    assert.deepEqual(getSettings().inspect('connections')?.globalValue, [entry]);
    assert.ok(!JSON.stringify(getSettings()).includes(emulator.token));
    assert.equal(await api.connections.getToken(entry), emulator.token);

    await connection.signOut();
    assert.equal(await api.connections.getToken(entry), undefined);
    assert.deepEqual(getSettings().inspect('connections')?.globalValue, [entry]);
    assert.deepEqual(listStates(), ['signedOut']);
  });

  it("doesn't send its token to another address after its address changed", async () => {
    const { api, emulator } = connection;
    const other = await Emulator.start();
    const moved = { id: emulator.url, address: other.url };
    await getSettings().update('connections', [moved], vscode.ConfigurationTarget.Global);
    await waitUntil(api.connections.onDidChange, () => listStates().includes('signedOut'));
    assert.deepEqual(api.servers.monitors, []);
    assert.equal(await api.connections.getToken(moved), undefined);
    assert.deepEqual(other.requests, []);
    await other.stop();
  });
});
