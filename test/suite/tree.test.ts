import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import { connected, disconnected, until } from './connected.ts';

type Connected = Awaited<ReturnType<typeof connected>>;

describe('the tree', () => {
  let connection: Connected;

  beforeEach(async () => {
    connection = await connected({ scenario: 'demo', clock: { now: () => Date.UTC(2026, 5, 15, 12) } });
    await connection.api.monitors.all[0]?.refresh();
  });
  afterEach(async () => {
    await disconnected(connection);
  });

  const tree = () => connection.api.tree;
  const monitor = () => connection.api.monitors.all[0] ?? assert.fail('not connected');
  const draw = (node: TreeNode) => tree().getTreeItem(node);
  const labels = (nodes: TreeNode[]) => nodes.map((node) => draw(node).label);

  function sinkNamed(name: string): TreeNode {
    return (
      tree()
        .getChildren()
        .find((node) => draw(node).label === name) ?? assert.fail(`no sink ${name}`)
    );
  }

  async function childrenOf(sink: TreeNode): Promise<TreeNode[]> {
    tree().getChildren(sink);
    const id = 'sinkId' in sink ? (sink.sinkId ?? '') : '';
    await until(
      connection.api.monitors.onDidChange,
      () => monitor().snapshot.historyLoads.get(id)?.loading === false,
    );
    return tree().getChildren(sink);
  }

  it('has every sink by name', () => {
    const names = connection.emulator.world.sinks.map(({ json }) => json.name).sort();
    assert.deepEqual(labels(tree().getChildren()), names);
  });

  it('shows what runs from the list of sinks alone', () => {
    assert.match(
      String(draw(sinkNamed('orders-to-kafka')).description),
      /^1 backfill, 4\d% · 1 backfill paused · Kafka$/,
    );
    assert.deepEqual(
      connection.emulator.requests.map(({ path }) => path),
      ['/api/sinks'],
    );
  });

  it('says that a history is on its way, and shows what is known meanwhile', () => {
    const rows = labels(tree().getChildren(sinkNamed('orders-to-kafka')));
    assert.deepEqual(rows, ['public.orders', 'public.order_items', 'Loading backfills…']);
  });

  it('shows a history newest first, fifty at a time', async () => {
    const sink = sinkNamed('audit-log-s2');
    const rows = await childrenOf(sink);
    assert.equal(rows.length, 51);
    assert.equal(draw(rows[50] ?? sink).label, 'Show more');
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

  it('says that there are none', async () => {
    assert.deepEqual(labels(await childrenOf(sinkNamed('signups-stream'))), ['No backfills yet']);
  });

  it('says why a history could not be had, and gets it when asked to', async () => {
    const sink = sinkNamed('audit-log-s2');
    connection.emulator.fault({ status: 500, path: /backfills/ });
    const [failed] = await childrenOf(sink);
    assert.ok(failed);
    assert.equal(draw(failed).label, 'Retry');
    assert.match(String(draw(failed).description), /failed inside \(status 500\)/);
    connection.emulator.fault(undefined);
    const { command = '', arguments: args = [] } = draw(failed).command ?? {};
    await vscode.commands.executeCommand(command, ...(args as unknown[]));
    assert.equal(tree().getChildren(sink).length, 51);
  });

  it('keeps its rows and their ids when everything is asked again', async () => {
    const sink = sinkNamed('orders-to-kafka');
    const before = [...tree().getChildren(), ...(await childrenOf(sink))];
    const ids = before.map((node) => draw(node).id);
    assert.equal(new Set(ids).size, ids.length);
    await monitor().refresh();
    const after = [...tree().getChildren(), ...tree().getChildren(sink)];
    assert.deepEqual(after, before);
    assert.ok(after.every((node, index) => node === before[index]));
    assert.deepEqual(
      after.map((node) => draw(node).id),
      ids,
    );
  });

  it('redraws the rows that changed, and no other', async () => {
    const sink = sinkNamed('orders-to-kafka');
    const [running] = await childrenOf(sink);
    assert.ok(running?.kind === 'backfill');
    for (const node of [...tree().getChildren(), ...tree().getChildren(sink)]) {
      draw(node);
    }
    const fired: unknown[] = [];
    const subscription = tree().onDidChangeTreeData((nodes) => fired.push(nodes));
    await monitor().refresh();
    assert.deepEqual(fired, []);
    connection.emulator.world.setBackfill(running.backfillId, { rows_processed_count: 1_000_000 });
    await monitor().refresh();
    subscription.dispose();
    assert.deepEqual(labels(fired.flat() as TreeNode[]).sort(), ['orders-to-kafka', 'public.orders']);
  });

  it('makes a hover when it is asked for, not before', () => {
    const node = sinkNamed('billing-webhook');
    const item = draw(node);
    assert.equal(item.tooltip, undefined);
    const { tooltip } = tree().resolveTreeItem(item, node);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.ok(!tooltip.isTrusted && !tooltip.supportHtml && !tooltip.supportThemeIcons);
    assert.match(tooltip.value, /Message delivery/);
  });

  it('says why nothing could be had, in place of sinks', async () => {
    await disconnected(connection);
    connection = await connected({}, (emulator) => {
      emulator.fault({ status: 200, body: '<html>Sign in</html>' });
    });
    await monitor().refresh();
    const [failed, ...others] = tree().getChildren();
    assert.ok(failed);
    assert.deepEqual(others, []);
    assert.match(String(draw(failed).description), /answered with a web page/);
    assert.equal(draw(failed).command?.command, 'sequin.changeAddress');
  });

  it('is empty where the server has no sinks, and says so', async () => {
    await disconnected(connection);
    connection = await connected({ scenario: 'empty' });
    await monitor().refresh();
    assert.deepEqual(labels(tree().getChildren()), ['No sinks yet']);
  });
});
