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
    await Promise.all([findMonitor(shop).refresh(), findMonitor(laptop).refresh()]);
    await waitUntil(
      shop.api.servers.onDidChangeSnapshot,
      () => findMonitor(shop).snapshot.databases.size > 0,
    );
  });
  afterEach(async () => {
    await shop.api.connections.remove('reader');
    await disconnect(laptop);
    await disconnect(shop);
  });

  const tree = () => shop.api.tree;
  const getItem = (node: TreeNode) => tree().getTreeItem(node);
  const findMonitor = ({ api, emulator }: Connection) =>
    api.servers.getMonitor(emulator.url) ?? assert.fail();
  const findRow = ({ emulator }: Connection): TreeNode =>
    tree()
      .getChildren()
      .find(({ kind, connectionId }) => kind === 'connection' && connectionId === emulator.url) ??
    assert.fail('no row for the connection');
  const getIcon = (node: TreeNode) => {
    const { iconPath } = getItem(node);
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
    changeSettings(connection, { name }, () => findMonitor(connection).connection.name === name);

  /** Renders all rows, as VS Code does, and returns the tree updates that fire during `action`. */
  async function updatesDuring(action: () => Promise<void>): Promise<(readonly TreeNode[] | undefined)[]> {
    for (const row of tree().getChildren()) {
      getItem(row);
      for (const child of tree().getChildren(row)) {
        getItem(child);
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
      rows.map((row) => [getItem(row).label, getItem(row).contextValue, getIcon(row)]),
      [
        ['Laptop', 'sequin.connection;signedIn', 'server-environment'],
        ['Shop', 'sequin.connection;signedIn', 'server-environment'],
      ],
    );
    assert.deepEqual(
      rows.map((row) => getItem(row).id),
      [laptop.emulator.url, shop.emulator.url],
    );
    assert.equal(getItem(findRow(laptop)).description, '0 sinks');
    const sinks = String(shop.emulator.world.sinks.length);
    assert.match(
      String(getItem(findRow(shop)).description),
      new RegExp(`^\\d+ stalled · \\d+ running · ${sinks} sinks$`),
    );
    for (const row of rows) {
      assert.equal(getItem(row).collapsibleState, vscode.TreeItemCollapsibleState.Expanded);
    }
  });

  it('nests the sinks of each connection below its row', () => {
    const sinks = tree()
      .getChildren(findRow(shop))
      .filter(({ kind }) => kind === 'sink');
    assert.equal(sinks.length, shop.emulator.world.sinks.length);
    for (const sink of sinks) {
      assert.equal(tree().getParent(sink), findRow(shop));
      assert.ok(getItem(sink).id?.startsWith(`${shop.emulator.url}/`));
    }
    assert.deepEqual(
      tree()
        .getChildren(findRow(laptop))
        .map((node) => getItem(node).label),
      ['Create a Sink in the Console', 'Learn about sinks'],
    );
    assert.equal(tree().getParent(findRow(shop)), undefined);
  });

  it('updates only the rows of the connection whose data changed', async () => {
    const running = shop.emulator.world.sinks
      .flatMap(({ backfills }) => backfills)
      .find(({ json }) => json.state === 'active');
    const updates = await updatesDuring(async () => {
      shop.emulator.world.setBackfill(running?.json.id ?? assert.fail(), { state: 'paused' });
      await findMonitor(shop).refresh();
      await findMonitor(laptop).refresh();
    });
    const nodes = updates.flatMap((update) => update ?? assert.fail('the whole tree was updated'));
    assert.ok(nodes.some(({ kind }) => kind === 'sink'));
    assert.ok(nodes.every(({ connectionId }) => connectionId === shop.emulator.url));
  });

  it('reports a rejected token only on the rows of its connection and keeps the sinks below it', async () => {
    const before = tree().getChildren(findRow(shop));
    const updates = await updatesDuring(async () => {
      shop.emulator.fault({ status: 401 });
      await findMonitor(shop).refresh();
    });
    const updated = updates.flatMap((update) => update ?? assert.fail('the whole tree was updated'));
    assert.ok(updated.includes(findRow(shop)));
    assert.ok(updated.every(({ connectionId }) => connectionId === shop.emulator.url));
    assert.match(String(getItem(findRow(shop)).description), /^token rejected · /);
    assert.equal(getIcon(findRow(shop)), 'key');
    assert.equal(getIcon(findRow(laptop)), 'server-environment');
    assert.deepEqual(tree().getChildren(findRow(shop)), before);
  });

  it('marks a production connection', async () => {
    await changeSettings(shop, { production: true }, () => findMonitor(shop).connection.production);
    assert.equal(getItem(findRow(shop)).contextValue, 'sequin.connection;signedIn;production');
    assert.match(String(getItem(findRow(shop)).description), /^production · /);
  });

  it('shows a row for entering the token below a connection that is signed out', async () => {
    const { api, emulator } = laptop;
    await api.connections.signOut(emulator.url);
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.getMonitor(emulator.url) === undefined);
    assert.equal(getItem(findRow(laptop)).contextValue, 'sequin.connection;signedOut');
    assert.equal(getItem(findRow(laptop)).description, 'signed out');
    const [row, ...others] = tree().getChildren(findRow(laptop));
    assert.deepEqual(
      others.map((node) => getItem(node).label),
      ['Learn how to create an API token'],
    );
    assert.equal(getItem(row ?? assert.fail()).command?.command, 'sequin.enterToken');
  });

  it('keeps the IDs of the sinks and the expanded rows while another connection is hidden, and afterward', async () => {
    const [sink = assert.fail()] = tree().getChildren(findRow(shop));
    const { id } = getItem(sink);
    tree().setExpanded(sink, true);
    tree().setExpanded(findRow(shop), false);
    const getCollapsibleState = (node: TreeNode) => getItem(node).collapsibleState;

    const { api, emulator } = laptop;
    await changeSettings(laptop, { hidden: true }, () => api.servers.getServer(emulator.url) === undefined);
    const [rootSink = assert.fail()] = tree().getChildren();
    assert.equal(rootSink, sink);
    assert.equal(getItem(rootSink).id, id);
    assert.equal(getCollapsibleState(rootSink), vscode.TreeItemCollapsibleState.Expanded);
    assert.equal(tree().getParent(rootSink), undefined);

    await changeSettings(
      laptop,
      { hidden: undefined },
      () => api.servers.getMonitor(emulator.url) !== undefined,
    );
    const [again = assert.fail()] = tree().getChildren(findRow(shop));
    assert.equal(again, sink);
    assert.equal(getItem(again).id, id);
    assert.equal(getCollapsibleState(again), vscode.TreeItemCollapsibleState.Expanded);
    assert.equal(getCollapsibleState(findRow(shop)), vscode.TreeItemCollapsibleState.Collapsed);
    assert.equal(getCollapsibleState(findRow(laptop)), vscode.TreeItemCollapsibleState.Expanded);
    tree().setExpanded(findRow(shop), true);
    tree().setExpanded(sink, false);
  });

  it('shows the sinks of a second account of a server below a separate row', async () => {
    const { api, emulator } = shop;
    const reader = { id: 'reader', address: emulator.url, name: 'Reader' };
    await api.connections.signIn(reader, emulator.token);
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.getMonitor('reader') !== undefined);
    await api.servers.getMonitor('reader')?.refresh();
    const rows = tree().getChildren();
    assert.deepEqual(
      rows.map((row) => [getItem(row).label, getItem(row).id]),
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
    const [readerSink, shopSink] = rows.slice(1).map((row) => tree().getChildren(row)[0] ?? assert.fail());
    assert.notEqual(getItem(readerSink ?? assert.fail()).id, getItem(shopSink ?? assert.fail()).id);
    await api.connections.remove('reader');
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.all.length === 2);
    assert.ok(api.servers.getMonitor(emulator.url) !== undefined);
  });
});
