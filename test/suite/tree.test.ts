import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { linkedCommands } from '../../src/contributions/commandLink.ts';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import { useConnection, waitUntil } from './Connection.ts';

describe('the tree', () => {
  const connection = useConnection();

  beforeEach(async () => {
    await connection.replaceServer({ scenario: 'demo', clock: { now: () => Date.UTC(2026, 5, 15, 12) } });
    await connection.monitor.refresh();
    await waitUntil(
      connection.api.servers.onDidChangeSnapshot,
      () => connection.monitor.snapshot.databases.size > 0,
    );
  });

  const tree = () => connection.api.tree;
  const getItem = (node: TreeNode) => tree().getTreeItem(node);
  const getLabels = (nodes: TreeNode[]) => nodes.map((node) => getItem(node).label);

  /** Loads the backfills of a sink, as if a visible view showed them, and lists its rows. */
  async function loadBackfills(name: string): Promise<TreeNode[]> {
    const sink = connection.sinkRow(name);
    await connection.monitor.backfillLists.load(sink.sinkId);
    return tree().getChildren(sink);
  }

  it('shows every sink with its progress after a single request for all sinks', () => {
    const sinks = tree()
      .getChildren()
      .filter(({ kind }) => kind === 'sink');
    assert.deepEqual(getLabels(sinks), connection.emulator.world.sinks.map(({ json }) => json.name).sort());
    const sink = connection.sinkRow('orders-to-kafka');
    assert.match(String(getItem(sink).description), /^1 running · 4\d% · 1 paused · Kafka$/);
    assert.deepEqual(
      connection.emulator.requests.map(({ path }) => path).filter((path) => path.startsWith('/api/sinks')),
      ['/api/sinks'],
    );
    assert.deepEqual(getLabels(tree().getChildren(sink)), [
      'public.orders',
      'public.order_items',
      'Loading backfills…',
    ]);
  });

  it('shows the backfills of a sink in pages of fifty', async () => {
    const rows = await loadBackfills('audit-log-s2');
    assert.equal(rows.length, 51);
    assert.equal(getLabels(rows)[50], 'Show More');
    await vscode.commands.executeCommand('sequin.showMore', rows[50]);
    await vscode.commands.executeCommand('sequin.showMore', rows[50]);
    assert.equal(tree().getChildren(connection.sinkRow('audit-log-s2')).length, 120);
  });

  it('shows why the backfills of a sink failed to load, and loads them on retry', async () => {
    connection.emulator.fault({ status: 500, path: /backfills/ });
    const [failed] = await loadBackfills('audit-log-s2');
    assert.ok(failed);
    assert.equal(getItem(failed).label, 'Retry');
    assert.match(String(getItem(failed).description), /returned an internal error \(HTTP 500\)/);
    connection.emulator.fault(undefined);
    const { command = '', arguments: args = [] } = getItem(failed).command ?? {};
    await vscode.commands.executeCommand(command, ...(args as unknown[]));
    assert.equal(tree().getChildren(connection.sinkRow('audit-log-s2')).length, 51);
  });

  it('keeps the rows and their IDs after a refresh', async () => {
    const listRows = () => [
      ...tree().getChildren(),
      ...tree().getChildren(connection.sinkRow('orders-to-kafka')),
    ];
    await loadBackfills('orders-to-kafka');
    const rowsBefore = listRows();
    const ids = rowsBefore.map((node) => getItem(node).id);
    assert.equal(new Set(ids).size, ids.length);
    await connection.monitor.refresh();
    assert.ok(
      listRows().every((node, index) => node === rowsBefore[index] && getItem(node).id === ids[index]),
    );
  });

  it('creates a tooltip only when it is requested', () => {
    const node = connection.sinkRow('billing-webhook');
    const item = getItem(node);
    assert.equal(item.tooltip, undefined);
    const { tooltip } = tree().resolveTreeItem(item, node);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.ok(typeof tooltip.isTrusted === 'object' && !tooltip.supportHtml);
    assert.deepEqual(tooltip.isTrusted.enabledCommands, linkedCommands);
    assert.match(tooltip.value, /Message delivery/);
  });
});
