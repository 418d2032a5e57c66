import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import { connected, disconnected, until } from './connected.ts';

type Connected = Awaited<ReturnType<typeof connected>>;

describe('the tree of several servers', () => {
  let shop: Connected;
  let laptop: Connected;

  beforeEach(async () => {
    const clock = { now: () => Date.UTC(2026, 5, 15, 12) };
    shop = await connected({ scenario: 'demo', clock });
    laptop = await connected({ scenario: 'empty', clock });
    await named(shop, 'Shop');
    await named(laptop, 'Laptop');
    await Promise.all([monitorOf(shop).refresh(), monitorOf(laptop).refresh()]);
  });
  afterEach(async () => {
    await disconnected(laptop);
    await disconnected(shop);
  });

  const tree = () => shop.api.tree;
  const draw = (node: TreeNode) => tree().getTreeItem(node);
  const monitorOf = ({ api, emulator }: Connected) => api.monitors.of(emulator.url) ?? assert.fail();
  const rowOf = ({ emulator }: Connected): TreeNode =>
    tree()
      .getChildren()
      .find(({ kind, address }) => kind === 'connection' && address === emulator.url) ??
    assert.fail('it has no row');
  const iconOf = (node: TreeNode) => {
    const { iconPath } = draw(node);
    return iconPath instanceof vscode.ThemeIcon ? iconPath.id : undefined;
  };

  /** Changes what the settings say of a server, and waits until that is so. */
  async function changed(
    { api, emulator }: Connected,
    change: Parameters<typeof api.connections.change>[1],
    isSo: () => boolean,
  ): Promise<void> {
    await api.connections.change(emulator.url, change);
    await until(api.monitors.onDidSwitch, isSo);
  }

  const named = (server: Connected, name: string) =>
    changed(server, { name }, () => monitorOf(server).connection.name === name);

  /** Draws all rows, as VS Code does, and gives what is fired while something is done. */
  async function firedBy(action: () => Promise<void>): Promise<(readonly TreeNode[] | undefined)[]> {
    for (const row of tree().getChildren()) {
      draw(row);
      for (const below of tree().getChildren(row)) {
        draw(below);
      }
    }
    const fired: (readonly TreeNode[] | undefined)[] = [];
    const subscription = tree().onDidChangeTreeData((nodes) => fired.push(nodes));
    await action();
    subscription.dispose();
    return fired;
  }

  it('has a row for each by name, that says how it stands and is open', () => {
    const rows = tree().getChildren();
    assert.deepEqual(
      rows.map((row) => [draw(row).label, draw(row).contextValue, iconOf(row)]),
      [
        ['Laptop', 'sequin.connection;signedIn', 'server-environment'],
        ['Shop', 'sequin.connection;signedIn', 'server-environment'],
      ],
    );
    assert.deepEqual(
      rows.map((row) => draw(row).id),
      [laptop.emulator.url, shop.emulator.url],
    );
    assert.equal(draw(rowOf(laptop)).description, '0 sinks');
    const sinks = String(shop.emulator.world.sinks.length);
    assert.match(String(draw(rowOf(shop)).description), new RegExp(`^\\d+ backfills?, .* · ${sinks} sinks$`));
    for (const row of rows) {
      assert.equal(draw(row).collapsibleState, vscode.TreeItemCollapsibleState.Expanded);
    }
  });

  it('has the sinks of each below its row, and knows the way back', () => {
    const below = tree().getChildren(rowOf(shop));
    assert.equal(below.length, shop.emulator.world.sinks.length);
    for (const sink of below) {
      assert.equal(tree().getParent(sink), rowOf(shop));
      assert.ok(draw(sink).id?.startsWith(`${shop.emulator.url}/`));
    }
    assert.deepEqual(
      tree()
        .getChildren(rowOf(laptop))
        .map((node) => draw(node).label),
      ['No sinks yet'],
    );
    assert.equal(tree().getParent(rowOf(shop)), undefined);
  });

  it('redraws for what happens at one only rows of that one', async () => {
    const running = shop.emulator.world.sinks
      .flatMap(({ backfills }) => backfills)
      .find(({ json }) => json.state === 'active');
    const fired = await firedBy(async () => {
      shop.emulator.world.setBackfill(running?.json.id ?? assert.fail(), { rows_processed_count: 1_000 });
      await monitorOf(shop).refresh();
      await monitorOf(laptop).refresh();
    });
    const nodes = fired.flatMap((some) => some ?? assert.fail('all was redrawn'));
    assert.ok(nodes.some(({ kind }) => kind === 'sink'));
    assert.ok(nodes.every(({ address }) => address === shop.emulator.url));
  });

  it('says at its row alone that a token is refused, and keeps what is below', async () => {
    const before = tree().getChildren(rowOf(shop));
    const fired = await firedBy(async () => {
      shop.emulator.fault({ status: 401 });
      await monitorOf(shop).refresh();
    });
    assert.deepEqual(fired, [[rowOf(shop)]]);
    assert.match(String(draw(rowOf(shop)).description), /^token refused · /);
    assert.equal(iconOf(rowOf(shop)), 'key');
    assert.equal(iconOf(rowOf(laptop)), 'server-environment');
    assert.deepEqual(tree().getChildren(rowOf(shop)), before);
  });

  it('says that it is production', async () => {
    await changed(shop, { production: true }, () => monitorOf(shop).connection.production);
    assert.equal(draw(rowOf(shop)).contextValue, 'sequin.connection;signedIn;production');
    assert.match(String(draw(rowOf(shop)).description), /^production · /);
  });

  it('says that one is signed out, and how to sign in', async () => {
    const { api, emulator } = laptop;
    await api.connections.signOut(emulator.url);
    await until(api.monitors.onDidSwitch, () => api.monitors.of(emulator.url) === undefined);
    assert.equal(draw(rowOf(laptop)).contextValue, 'sequin.connection;signedOut');
    assert.equal(draw(rowOf(laptop)).description, 'signed out');
    const [row, ...others] = tree().getChildren(rowOf(laptop));
    assert.deepEqual(others, []);
    assert.equal(draw(row ?? assert.fail()).command?.command, 'sequin.enterToken');
  });

  it('keeps the ids of its sinks and what is expanded when the second server goes and comes back', async () => {
    const [sink = assert.fail()] = tree().getChildren(rowOf(shop));
    const { id } = draw(sink);
    tree().setExpanded(sink, true);
    tree().setExpanded(rowOf(shop), false);
    const stateOf = (node: TreeNode) => draw(node).collapsibleState;

    const { api, emulator } = laptop;
    await changed(laptop, { hidden: true }, () => api.monitors.server(emulator.url) === undefined);
    const [alone = assert.fail()] = tree().getChildren();
    assert.equal(alone, sink);
    assert.equal(draw(alone).id, id);
    assert.equal(stateOf(alone), vscode.TreeItemCollapsibleState.Expanded);
    assert.equal(tree().getParent(alone), undefined);

    await changed(laptop, { hidden: undefined }, () => api.monitors.of(emulator.url) !== undefined);
    const [again = assert.fail()] = tree().getChildren(rowOf(shop));
    assert.equal(again, sink);
    assert.equal(draw(again).id, id);
    assert.equal(stateOf(again), vscode.TreeItemCollapsibleState.Expanded);
    assert.equal(stateOf(rowOf(shop)), vscode.TreeItemCollapsibleState.Collapsed);
    assert.equal(stateOf(rowOf(laptop)), vscode.TreeItemCollapsibleState.Expanded);
    tree().setExpanded(rowOf(shop), true);
    tree().setExpanded(sink, false);
  });

  it('has rows of their own for two of one address, and the first keeps its sinks', async () => {
    const settings = () => vscode.workspace.getConfiguration('sequin');
    const before = settings().inspect<unknown[]>('connections')?.globalValue ?? [];
    const { api, emulator } = shop;
    const twin = { name: 'A twin', address: `${emulator.url}/` };
    const { Global } = vscode.ConfigurationTarget;
    await settings().update('connections', [...before, twin], Global);
    try {
      await until(api.monitors.onDidSwitch, () => api.monitors.servers.length === 3);
      const rows = tree().getChildren();
      assert.deepEqual(
        rows.map((row) => draw(row).label),
        ['A twin', 'Laptop', 'Shop'],
      );
      assert.equal(new Set(rows.map((row) => draw(row).id)).size, 3);
      assert.equal(tree().getChildren(rowOf(shop)).length, emulator.world.sinks.length);
      const [row = assert.fail()] = tree().getChildren(rows[0]);
      assert.equal(draw(row).command?.command, 'sequin.changeAddress');
      await api.connections.remove(rows[0]?.address ?? assert.fail());
      await until(api.monitors.onDidSwitch, () => api.monitors.servers.length === 2);
      assert.ok(api.monitors.of(emulator.url) !== undefined);
    } finally {
      await settings().update('connections', before, Global);
    }
  });
});
