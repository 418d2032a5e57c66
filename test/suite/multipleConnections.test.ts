import assert from 'node:assert/strict';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import { Connection, waitUntil } from './Connection.ts';

describe('the tree with several connections', () => {
  const shop = new Connection();
  const laptop = new Connection();

  beforeEach(async () => {
    const clock = { now: () => Date.UTC(2026, 5, 15, 12) };
    await shop.open({ scenario: 'demo', clock });
    await laptop.open({ scenario: 'empty', clock });
    for (const [connection, name] of [
      [shop, 'Shop'],
      [laptop, 'Laptop'],
    ] as const) {
      await update(connection, { name }, () => connection.monitor.connection.name === name);
    }
    await Promise.all([shop.monitor.refresh(), laptop.monitor.refresh()]);
    await waitUntil(shop.api.servers.onDidChangeSnapshot, () => shop.monitor.snapshot.databases.size > 0);
  });
  afterEach(async () => {
    await shop.api.connections.remove('reader');
    await laptop.close();
    await shop.close();
  });

  const tree = () => shop.api.tree;
  const getItem = (node: TreeNode) => tree().getTreeItem(node);
  const getRow = ({ emulator }: Connection): TreeNode => ({ kind: 'connection', connectionId: emulator.url });
  const getSinkIds = (row: TreeNode) =>
    tree()
      .getChildren(row)
      .filter(({ kind }) => kind === 'sink')
      .map((sink) => getItem(sink).id ?? '');

  /** Changes the settings of a connection and waits until `isApplied` holds. */
  async function update(
    { api, emulator }: Connection,
    change: Parameters<typeof api.connections.update>[1],
    isApplied: () => boolean,
  ): Promise<void> {
    await api.connections.update(emulator.url, change);
    await waitUntil(api.servers.onDidChangeServers, isApplied);
  }

  it('shows a row for each connection, sorted by name, with its status and its sinks', () => {
    const rows = tree().getChildren();
    assert.deepEqual(
      rows.map((row) => [getItem(row).label, getItem(row).id, getItem(row).contextValue]),
      [
        ['Laptop', laptop.emulator.url, 'sequin.connection;signedIn'],
        ['Shop', shop.emulator.url, 'sequin.connection;signedIn'],
      ],
    );
    const { length: sinkCount } = shop.emulator.world.sinks;
    assert.equal(getItem(getRow(laptop)).description, '0 sinks');
    assert.match(
      String(getItem(getRow(shop)).description),
      new RegExp(`^\\d+ stalled · \\d+ running · ${String(sinkCount)} sinks$`),
    );
    assert.equal(getSinkIds(getRow(shop)).length, sinkCount);
    assert.ok(getSinkIds(getRow(shop)).every((id) => id.startsWith(`${shop.emulator.url}/`)));
    assert.deepEqual(tree().getParent(shop.sinkRow('orders-to-kafka')), getRow(shop));
  });

  it('updates only the rows of the connection whose data changed or whose token is rejected', async () => {
    /** Renders all rows, as VS Code does, so that changes are fired. */
    const render = (parent?: TreeNode) => {
      for (const row of tree().getChildren(parent)) {
        getItem(row);
        if (row.kind === 'connection') {
          render(row);
        }
      }
    };
    render();
    tree().setVisible(true);
    const updated: TreeNode[] = [];
    const subscription = tree().onDidChangeTreeData((nodes) => {
      updated.push(...(nodes ?? assert.fail('the whole tree was updated')));
    });
    shop.emulator.world.setBackfill(shop.findUnfinished('search-index').json.id, { state: 'paused' });
    await shop.monitor.refresh();
    assert.ok(updated.some(({ kind }) => kind === 'sink'));
    const sinkIds = getSinkIds(getRow(shop));
    shop.emulator.fault({ status: 401 });
    await shop.monitor.refresh();
    await laptop.monitor.refresh();
    subscription.dispose();
    assert.ok(updated.some(({ kind }) => kind === 'connection'));
    assert.ok(updated.every(({ connectionId }) => connectionId === shop.emulator.url));
    assert.match(String(getItem(getRow(shop)).description), /^token rejected · /);
    assert.deepEqual(getSinkIds(getRow(shop)), sinkIds);
  });

  it('keeps the IDs of sinks and the expanded rows when another connection is hidden and shown again', async () => {
    const sink = shop.sinkRow('orders-to-kafka');
    tree().setExpanded(sink, true);
    tree().setExpanded(getRow(shop), false);
    const { id, collapsibleState } = getItem(sink);
    for (const hidden of [true, undefined] as const) {
      const isHidden = () => laptop.api.servers.getMonitor(laptop.emulator.url) === undefined;
      await update(laptop, { hidden }, () => isHidden() === (hidden ?? false));
      assert.deepEqual(tree().getParent(sink), hidden ? undefined : getRow(shop));
      assert.deepEqual([getItem(sink).id, getItem(sink).collapsibleState], [id, collapsibleState]);
    }
    assert.notEqual(getItem(getRow(shop)).collapsibleState, collapsibleState);
    assert.equal(getItem(getRow(laptop)).collapsibleState, collapsibleState);
    tree().setExpanded(getRow(shop), true);
    tree().setExpanded(sink, false);
  });

  it('shows the sinks of a second account of a server below a separate row', async () => {
    const { api, emulator } = shop;
    await api.connections.signIn({ id: 'reader', address: emulator.url, name: 'Reader' }, emulator.token);
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.getMonitor('reader') !== undefined);
    await api.servers.getMonitor('reader')?.refresh();
    assert.deepEqual(
      tree()
        .getChildren()
        .map((row) => getItem(row).label),
      ['Laptop', 'Reader', 'Shop'],
    );
    const [readerIds, shopIds] = [{ kind: 'connection', connectionId: 'reader' } as const, getRow(shop)].map(
      getSinkIds,
    );
    assert.equal(readerIds?.length, emulator.world.sinks.length);
    assert.ok(!readerIds.some((id) => shopIds?.includes(id)));
  });
});
