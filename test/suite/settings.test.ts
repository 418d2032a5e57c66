import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Settings } from '../../src/contributions/Settings.ts';
import { useConnection, waitUntil } from './Connection.ts';

const update = (name: string, value: unknown) =>
  vscode.workspace.getConfiguration('sequin').update(name, value, vscode.ConfigurationTarget.Global);

describe('invalid settings', () => {
  let problems: string[];
  let settings: Settings;

  beforeEach(() => {
    problems = [];
    settings = new Settings((problem) => problems.push(problem));
  });
  afterEach(async () => {
    for (const name of ['refresh.interval', 'notifications', 'tree.runningFirst']) {
      await update(name, undefined);
    }
  });

  it('are replaced by valid values and reported once', async () => {
    await update('refresh.interval', '5 s');
    await update('notifications', true);
    await update('tree.runningFirst', 'yes');
    for (let reads = 0; reads < 3; reads += 1) {
      assert.equal(settings.refreshIntervalMs, 2_000);
      assert.equal(settings.notifications, 'all');
      assert.equal(settings.runningFirst, false);
    }
    assert.deepEqual(problems, [
      'The setting sequin.refresh.interval is "5 s" but must be a number of seconds from 0.1 to 3600, or 0. 2 is used.',
      'The setting sequin.notifications is true but must be "all", "problems" or "off". "all" is used.',
      'The setting sequin.tree.runningFirst is "yes" but must be true or false. false is used.',
    ]);
  });

  it('are reported again after the user changes them to another invalid value', async () => {
    await update('refresh.interval', 5_000);
    assert.equal(settings.refreshIntervalMs, 3_600_000);
    await update('refresh.interval', 86_400_000);
    assert.equal(settings.refreshIntervalMs, 3_600_000);
    assert.equal(problems.length, 2);
  });
});

describe('a listener for a setting', () => {
  it('is called only when that setting changes', async () => {
    const changes: string[] = [];
    const settings = new Settings((problem) => assert.fail(problem));
    const subscriptions = (['refreshInterval', 'notifications'] as const).map((name) =>
      settings.onDidChange(name, () => changes.push(name)),
    );
    await update('refresh.interval', 5);
    await update('notifications', 'off');
    assert.deepEqual(changes, ['refreshInterval', 'notifications']);
    vscode.Disposable.from(...subscriptions).dispose();
    await update('refresh.interval', undefined);
    await update('notifications', undefined);
  });
});

describe('a connection that is missing from the settings for a while', () => {
  const connection = useConnection();

  it('returns with its saved data, without a response from the server', async () => {
    const { servers } = connection.api;
    const waitForMonitors = (count: number) =>
      waitUntil(servers.onDidChangeServers, () => servers.monitors.length === count);
    await connection.monitor.refresh();
    const sinkIds = [...connection.monitor.snapshot.sinks.keys()];
    assert.notDeepEqual(sinkIds, []);
    const released = Promise.withResolvers<undefined>();
    connection.emulator.fault({ heldUntil: released.promise });
    const entries = vscode.workspace.getConfiguration('sequin').get('connections');
    await update('connections', []);
    await waitForMonitors(0);
    await update('connections', entries);
    await waitForMonitors(1);
    assert.deepEqual([...connection.monitor.snapshot.sinks.keys()], sinkIds);
    connection.emulator.fault(undefined);
    released.resolve(undefined);
  });
});
