import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { linkedCommands } from '../../src/contributions/commandLink.ts';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import {
  type Connection,
  connectToEmulator,
  disconnect,
  replaceServer,
  waitUntil,
} from './connectToEmulator.ts';

describe('the tree', () => {
  let connection: Connection;

  before(async () => {
    connection = await connectToEmulator();
  });
  after(() => disconnect(connection));
  beforeEach(async () => {
    connection = await replaceServer(connection, {
      scenario: 'demo',
      clock: { now: () => Date.UTC(2026, 5, 15, 12) },
    });
    await monitor().refresh();
    await waitUntil(connection.api.servers.onDidChangeSnapshot, () => monitor().snapshot.databases.size > 0);
  });

  const tree = () => connection.api.tree;
  const monitor = () => connection.api.servers.monitors[0] ?? assert.fail('not connected');
  const getItem = (node: TreeNode) => tree().getTreeItem(node);
  const getLabels = (nodes: TreeNode[]) => nodes.map((node) => getItem(node).label);

  function findSink(name: string): TreeNode {
    const sinks = tree().getChildren();
    return sinks.find((node) => getItem(node).label === name) ?? assert.fail(`no sink ${name}`);
  }

  /** Loads the backfills of a sink, as if a visible view showed them, and lists its rows. */
  async function loadBackfills(sink: TreeNode): Promise<TreeNode[]> {
    await monitor().backfillLists.load('sinkId' in sink ? (sink.sinkId ?? '') : '');
    return tree().getChildren(sink);
  }

  it('lists every sink, sorted by name', () => {
    const names = connection.emulator.world.sinks.map(({ json }) => json.name).sort();
    const sinks = tree()
      .getChildren()
      .filter(({ kind }) => kind === 'sink');
    assert.deepEqual(getLabels(sinks), names);
  });

  it('shows the progress of a sink after a single request for all sinks', () => {
    assert.match(
      String(getItem(findSink('orders-to-kafka')).description),
      /^1 running · 4\d% · 1 paused · Kafka$/,
    );
    assert.deepEqual(
      connection.emulator.requests.map(({ path }) => path).filter((path) => path.startsWith('/api/sinks')),
      ['/api/sinks'],
    );
  });

  it('shows unfinished backfills and a loading row while the backfills of a sink load', () => {
    const rows = getLabels(tree().getChildren(findSink('orders-to-kafka')));
    assert.deepEqual(rows, ['public.orders', 'public.order_items', 'Loading backfills…']);
  });

  it('shows the backfills of a sink newest first, in pages of fifty', async () => {
    const sink = findSink('audit-log-s2');
    const rows = await loadBackfills(sink);
    assert.equal(rows.length, 51);
    assert.equal(getItem(rows[50] ?? sink).label, 'Show more');
    const started = rows
      .slice(0, 50)
      .map(
        (node) =>
          node.kind === 'backfill' &&
          monitor().snapshot.backfills.get(node.sinkId)?.get(node.backfillId)?.insertedAt,
      );
    assert.deepEqual(
      started,
      started.toSorted((a, b) => Number(b) - Number(a)),
    );
    await vscode.commands.executeCommand('sequin.showMore', rows[50]);
    assert.equal(tree().getChildren(sink).length, 101);
    await vscode.commands.executeCommand('sequin.showMore', rows[50]);
    assert.equal(tree().getChildren(sink).length, 120);
  });

  it('offers to start a backfill below a sink without backfills', async () => {
    assert.deepEqual(getLabels(await loadBackfills(findSink('signups-stream'))), [
      'Start Backfill…',
      'Learn about backfills',
    ]);
  });

  it('shows why the backfills of a sink failed to load, and loads them on retry', async () => {
    const sink = findSink('audit-log-s2');
    connection.emulator.fault({ status: 500, path: /backfills/ });
    const [failed] = await loadBackfills(sink);
    assert.ok(failed);
    assert.equal(getItem(failed).label, 'Retry');
    assert.match(String(getItem(failed).description), /returned an internal error \(HTTP 500\)/);
    connection.emulator.fault(undefined);
    const { command = '', arguments: args = [] } = getItem(failed).command ?? {};
    await vscode.commands.executeCommand(command, ...(args as unknown[]));
    assert.equal(tree().getChildren(sink).length, 51);
  });

  it('keeps the rows and their IDs after a refresh', async () => {
    const sink = findSink('orders-to-kafka');
    const before = [...tree().getChildren(), ...(await loadBackfills(sink))];
    const ids = before.map((node) => getItem(node).id);
    assert.equal(new Set(ids).size, ids.length);
    await monitor().refresh();
    const after = [...tree().getChildren(), ...tree().getChildren(sink)];
    assert.deepEqual(after, before);
    assert.ok(after.every((node, index) => node === before[index]));
    assert.deepEqual(
      after.map((node) => getItem(node).id),
      ids,
    );
  });

  it('updates only the rows that changed', async () => {
    const sink = findSink('orders-to-kafka');
    const [running] = await loadBackfills(sink);
    assert.ok(running?.kind === 'backfill');
    for (const node of [...tree().getChildren(), ...tree().getChildren(sink)]) {
      getItem(node);
    }
    tree().setVisible(true);
    tree().setExpanded(sink, true);
    const updates: unknown[] = [];
    const subscription = tree().onDidChangeTreeData((nodes) => updates.push(nodes));
    await monitor().refresh();
    assert.deepEqual(updates, []);
    connection.emulator.world.setBackfill(running.backfillId, { state: 'paused' });
    await monitor().refresh();
    subscription.dispose();
    assert.deepEqual(getLabels(updates.flat() as TreeNode[]).sort(), ['orders-to-kafka', 'public.orders']);
    tree().setExpanded(sink, false);
  });

  it('creates a tooltip only when it is requested', () => {
    const node = findSink('billing-webhook');
    const item = getItem(node);
    assert.equal(item.tooltip, undefined);
    const { tooltip } = tree().resolveTreeItem(item, node);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.ok(typeof tooltip.isTrusted === 'object' && !tooltip.supportHtml);
    assert.deepEqual(tooltip.isTrusted.enabledCommands, linkedCommands);
    assert.match(tooltip.value, /Message delivery/);
  });

  it("shows the reason in place of the sinks when they can't be loaded", async () => {
    connection = await replaceServer(connection, {}, (emulator) => {
      emulator.fault({ status: 200, body: '<html>Sign in</html>' });
    });
    await monitor().refresh();
    const [failed, ...others] = tree().getChildren();
    assert.ok(failed);
    assert.deepEqual(getLabels(others), ['Learn how to run Sequin']);
    assert.match(String(getItem(failed).description), /returned a web page/);
    assert.equal(getItem(failed).command?.command, 'sequin.changeAddress');
  });

  it('offers to create a sink if the server has none', async () => {
    connection = await replaceServer(connection, { scenario: 'empty' });
    await monitor().refresh();
    assert.deepEqual(getLabels(tree().getChildren()), ['Create a Sink in the Console', 'Learn about sinks']);
  });
});
