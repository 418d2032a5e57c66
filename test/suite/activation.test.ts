import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import type { ConnectionState } from '../../src/model/Connection.ts';
import type { TestApi } from '../../src/extension.ts';
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
    await connection.api.monitors.all[0]?.ensureSinks();
    const paths = connection.emulator.requests.map(({ path }) => path);
    assert.deepEqual(
      paths.filter((path) => path !== '/info/version'),
      ['/api/sinks'],
    );
    await disconnected(connection);
  });

  it('has a welcome for every state in which there is nothing to show', () => {
    const kinds: ('none' | Exclude<ConnectionState['kind'], 'signedIn'>)[] = [
      'none',
      'badAddress',
      'signedOut',
    ];
    const conditions = manifest.contributes.viewsWelcome.map(({ when }) => when);
    const wanted = [
      ...kinds.map((kind) => `sequin.connection == ${kind}`),
      'sequin.connection == none && sequin.cliContexts',
    ];
    assert.deepEqual(conditions.sort(), wanted.sort());
  });
});

const kindsOf = ({ connections }: TestApi): string[] => connections.states.map(({ kind }) => kind);

describe('a connection', () => {
  it('keeps the token in the secret storage and the address in the user’s settings, each alone', async () => {
    const connection = await connected();
    const { api, emulator } = connection;
    const settings = vscode.workspace.getConfiguration('sequin');
    assert.deepEqual(settings.inspect('connections')?.globalValue, [{ address: emulator.url }]);
    assert.ok(!JSON.stringify(settings).includes(emulator.token));
    assert.equal(await api.connections.token(emulator.url), emulator.token);

    await api.connections.signOut(emulator.url);
    assert.equal(await api.connections.token(emulator.url), undefined);
    const left = vscode.workspace.getConfiguration('sequin').inspect('connections')?.globalValue;
    assert.deepEqual(left, [{ address: emulator.url }]);
    assert.deepEqual(kindsOf(api), ['signedOut']);
    await disconnected(connection);
  });

  it('does not take its token along when the address changes', async () => {
    const connection = await connected();
    const { api } = connection;
    const elsewhere = await Emulator.start();
    await vscode.workspace
      .getConfiguration('sequin')
      .update('connections', [{ address: elsewhere.url }], vscode.ConfigurationTarget.Global);
    await until(api.connections.onDidChange, () => kindsOf(api).includes('signedOut'));
    assert.deepEqual(api.monitors.all, []);
    assert.equal(await api.connections.token(elsewhere.url), undefined);
    assert.deepEqual(elsewhere.requests, []);
    await api.connections.remove(elsewhere.url);
    await elsewhere.stop();
    await disconnected(connection);
  });

  it('takes no address from a workspace', () => {
    const { scope } = manifest.contributes.configuration.properties['sequin.connections'];
    assert.equal(scope, 'application');
  });
});
