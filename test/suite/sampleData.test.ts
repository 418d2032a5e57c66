import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../src/extension.ts';
import type { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import { activateExtension, waitUntil } from './Connection.ts';

describe('sample data', () => {
  let api: TestApi;

  before(async () => {
    api = await activateExtension();
  });
  afterEach(() => vscode.commands.executeCommand('sequin.stopSampleData'));

  /** Starts the sample data and waits for its sinks. */
  async function explore(): Promise<ServerMonitor> {
    await vscode.commands.executeCommand('sequin.exploreSampleData');
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.monitors.length === 1);
    const [monitor] = api.servers.monitors;
    assert.ok(monitor);
    await monitor.refresh();
    return monitor;
  }

  it('appears in the tree but not in the settings, accepts commands, and can be removed', async () => {
    const monitor = await explore();
    const [row] = api.tree.getChildren();
    assert.ok(row?.kind === 'connection');
    assert.equal(api.tree.getTreeItem(row).label, 'Sample Data');
    const [running] = [...monitor.snapshot.backfills.values()]
      .flatMap((sinkBackfills) => [...sinkBackfills.values()])
      .filter(({ state, table }) => state === 'active' && table === 'public.orders');
    assert.ok(running);
    const { id: backfillId, sinkId } = running;
    await vscode.commands.executeCommand('sequin.pauseBackfill', {
      ...row,
      kind: 'backfill',
      sinkId,
      backfillId,
    });
    assert.equal(monitor.snapshot.backfills.get(sinkId)?.get(backfillId)?.state, 'paused');
    assert.deepEqual(vscode.workspace.getConfiguration('sequin').get('connections'), []);

    await vscode.commands.executeCommand('sequin.removeConnection', row);
    assert.deepEqual(api.tree.getChildren(), []);
  });
});
