import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import { type Connection, connectToEmulator, disconnect, waitUntil } from './connectToEmulator.ts';

describe('the tree with several connections', () => {
  let shop: Connection;
  let laptop: Connection;

  beforeEach(async () => {
    const clock = { now: () => Date.UTC(2026, 5, 15, 12) };
    shop = await connectToEmulator({ scenario: 'demo', clock });
    laptop = await connectToEmulator({ scenario: 'empty', clock });
    await rename(shop, 'Shop');
    await rename(laptop, 'Laptop');
    await Promise.all([monitorOf(shop).refresh(), monitorOf(laptop).refresh()]);
    await waitUntil(shop.api.servers.onDidChangeSnapshot, () => monitorOf(shop).snapshot.databases.size > 0);
  });
  afterEach(async () => {
    await shop.api.connections.remove('reader');
    await disconnect(laptop);
    await disconnect(shop);
  });

  const tree = () => shop.api.tree;
  const itemOf = (node: TreeNode) => tree().getTreeItem(node);
  const monitorOf = ({ api, emulator }: Connection) => api.servers.getMonitor(emulator.url) ?? assert.fail();
  const rowOf = ({ emulator }: Connection): TreeNode =>
    tree()
      .getChildren()
      .find(({ kind, connectionId }) => kind === 'connection' && connectionId === emulator.url) ??
    assert.fail('no row for the connection');
  const iconOf = (node: TreeNode) => {
    const { iconPath } = itemOf(node);
    return iconPath instanceof vscode.ThemeIcon ? iconPath.id : undefined;
  };

  /** Changes the settings of a connection and waits until `isApplied` holds. */
  async function changeSettings(
    { api, emulator }: Connection,
    change: Parameters<typeof api.connections.update>[1],
    isApplied: () => boolean,
  ): Promise<void> {
    await api.connections.update(emulator.url, change);
    await waitUntil(api.servers.onDidChangeServers, isApplied);
  }

  const rename = (connection: Connection, name: string) =>
    changeSettings(connection, { name }, () => monitorOf(connection).connection.name === name);

  /** Renders all rows, as VS Code does, and returns the tree updates that fire during `action`. */
  async function updatesDuring(action: () => Promise<void>): Promise<(readonly TreeNode[] | undefined)[]> {
    for (const row of tree().getChildren()) {
      itemOf(row);
      for (const child of tree().getChildren(row)) {
        itemOf(child);
      }
    }
    tree().setVisible(true);
    const updates: (readonly TreeNode[] | undefined)[] = [];
    const subscription = tree().onDidChangeTreeData((nodes) => updates.push(nodes));
    await action();
    subscription.dispose();
    return updates;
  }

  it('shows an expanded row for each connection, sorted by name, with its status', () => {
    const rows = tree().getChildren();
    assert.deepEqual(
      rows.map((row) => [itemOf(row).label, itemOf(row).contextValue, iconOf(row)]),
      [
        ['Laptop', 'sequin.connection;signedIn', 'server-environment'],
        ['Shop', 'sequin.connection;signedIn', 'server-environment'],
      ],
    );
    assert.deepEqual(
      rows.map((row) => itemOf(row).id),
      [laptop.emulator.url, shop.emulator.url],
    );
    assert.equal(itemOf(rowOf(laptop)).description, '0 sinks');
    const sinks = String(shop.emulator.world.sinks.length);
    assert.match(
      String(itemOf(rowOf(shop)).description),
      new RegExp(`^\\d+ stalled · \\d+ running · ${sinks} sinks$`),
    );
    for (const row of rows) {
      assert.equal(itemOf(row).collapsibleState, vscode.TreeItemCollapsibleState.Expanded);
    }
  });

  it('nests the sinks of each connection below its row', () => {
    const sinks = tree()
      .getChildren(rowOf(shop))
      .filter(({ kind }) => kind === 'sink');
    assert.equal(sinks.length, shop.emulator.world.sinks.length);
    for (const sink of sinks) {
      assert.equal(tree().getParent(sink), rowOf(shop));
      assert.ok(itemOf(sink).id?.startsWith(`${shop.emulator.url}/`));
    }
    assert.deepEqual(
      tree()
        .getChildren(rowOf(laptop))
        .map((node) => itemOf(node).label),
      ['Create a Sink in the Console', 'Learn about sinks'],
    );
    assert.equal(tree().getParent(rowOf(shop)), undefined);
  });

  it('updates only the rows of the connection whose data changed', async () => {
    const running = shop.emulator.world.sinks
      .flatMap(({ backfills }) => backfills)
      .find(({ json }) => json.state === 'active');
    const updates = await updatesDuring(async () => {
      shop.emulator.world.setBackfill(running?.json.id ?? assert.fail(), { state: 'paused' });
      await monitorOf(shop).refresh();
      await monitorOf(laptop).refresh();
    });
    const nodes = updates.flatMap((update) => update ?? assert.fail('the whole tree was updated'));
    assert.ok(nodes.some(({ kind }) => kind === 'sink'));
    assert.ok(nodes.every(({ connectionId }) => connectionId === shop.emulator.url));
  });

  it('reports a rejected token only on the rows of its connection and keeps the sinks below it', async () => {
    const before = tree().getChildren(rowOf(shop));
    const updates = await updatesDuring(async () => {
      shop.emulator.fault({ status: 401 });
      await monitorOf(shop).refresh();
    });
    const updated = updates.flatMap((update) => update ?? assert.fail('the whole tree was updated'));
    assert.ok(updated.includes(rowOf(shop)));
    assert.ok(updated.every(({ connectionId }) => connectionId === shop.emulator.url));
    assert.match(String(itemOf(rowOf(shop)).description), /^token rejected · /);
    assert.equal(iconOf(rowOf(shop)), 'key');
    assert.equal(iconOf(rowOf(laptop)), 'server-environment');
    assert.deepEqual(tree().getChildren(rowOf(shop)), before);
  });

  it('marks a production connection', async () => {
    await changeSettings(shop, { production: true }, () => monitorOf(shop).connection.production);
    assert.equal(itemOf(rowOf(shop)).contextValue, 'sequin.connection;signedIn;production');
    assert.match(String(itemOf(rowOf(shop)).description), /^production · /);
  });

  it('shows a row for entering the token below a connection that is signed out', async () => {
    const { api, emulator } = laptop;
    await api.connections.signOut(emulator.url);
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.getMonitor(emulator.url) === undefined);
    assert.equal(itemOf(rowOf(laptop)).contextValue, 'sequin.connection;signedOut');
    assert.equal(itemOf(rowOf(laptop)).description, 'signed out');
    const [row, ...others] = tree().getChildren(rowOf(laptop));
    assert.deepEqual(
      others.map((node) => itemOf(node).label),
      ['Learn how to create an API token'],
    );
    assert.equal(itemOf(row ?? assert.fail()).command?.command, 'sequin.enterToken');
  });

  it('keeps sink IDs and expanded rows when another connection is hidden and shown again', async () => {
    const [sink = assert.fail()] = tree().getChildren(rowOf(shop));
    const { id } = itemOf(sink);
    tree().setExpanded(sink, true);
    tree().setExpanded(rowOf(shop), false);
    const stateOf = (node: TreeNode) => itemOf(node).collapsibleState;

    const { api, emulator } = laptop;
    await changeSettings(laptop, { hidden: true }, () => api.servers.getServer(emulator.url) === undefined);
    const [onlySink = assert.fail()] = tree().getChildren();
    assert.equal(onlySink, sink);
    assert.equal(itemOf(onlySink).id, id);
    assert.equal(stateOf(onlySink), vscode.TreeItemCollapsibleState.Expanded);
    assert.equal(tree().getParent(onlySink), undefined);

    await changeSettings(
      laptop,
      { hidden: undefined },
      () => api.servers.getMonitor(emulator.url) !== undefined,
    );
    const [again = assert.fail()] = tree().getChildren(rowOf(shop));
    assert.equal(again, sink);
    assert.equal(itemOf(again).id, id);
    assert.equal(stateOf(again), vscode.TreeItemCollapsibleState.Expanded);
    assert.equal(stateOf(rowOf(shop)), vscode.TreeItemCollapsibleState.Collapsed);
    assert.equal(stateOf(rowOf(laptop)), vscode.TreeItemCollapsibleState.Expanded);
    tree().setExpanded(rowOf(shop), true);
    tree().setExpanded(sink, false);
  });

  it('connects a second account of a server, below a row of its own', async () => {
    const { api, emulator } = shop;
    const reader = { id: 'reader', address: emulator.url, name: 'Reader' };
    await api.connections.signIn(reader, emulator.token);
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.getMonitor('reader') !== undefined);
    await api.servers.getMonitor('reader')?.refresh();
    const rows = tree().getChildren();
    assert.deepEqual(
      rows.map((row) => [itemOf(row).label, itemOf(row).id]),
      [
        ['Laptop', laptop.emulator.url],
        ['Reader', 'reader'],
        ['Shop', shop.emulator.url],
      ],
    );
    for (const row of rows.slice(1)) {
      const sinks = tree()
        .getChildren(row)
        .filter(({ kind }) => kind === 'sink');
      assert.equal(sinks.length, emulator.world.sinks.length);
    }
    const [ofReader, ofShop] = rows.slice(1).map((row) => tree().getChildren(row)[0] ?? assert.fail());
    assert.notEqual(itemOf(ofReader ?? assert.fail()).id, itemOf(ofShop ?? assert.fail()).id);
    await api.connections.remove('reader');
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.all.length === 2);
    assert.ok(api.servers.getMonitor(emulator.url) !== undefined);
  });
});
