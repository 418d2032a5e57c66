import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { SinkListing } from '../../../src/api/SequinApi.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Database } from '../../../src/model/Database.ts';
import { SequinError } from '../../../src/model/failure.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import type { Snapshot } from '../../../src/servers/Snapshot.ts';
import type { TreeNode } from '../../../src/tree/TreeNode.ts';
import type { TreeProvider, TreeProviderOptions } from '../../../src/tree/TreeProvider.ts';
import { collectGarbage } from '../../bench/inside/measureLiveHeap.ts';
import { useVscodeStub } from '../../bench/vscodeStub.ts';
import { apiWith, backfill, connectionTo, now, serversOf, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const sinkCount = 1_000;
const stepMs = (24 * 3600_000) / sinkCount;

/** Collects garbage and counts the objects that survive. */
async function countReachable(references: readonly WeakRef<object>[]): Promise<number> {
  // The target of a WeakRef stays alive until the current task ends.
  await setImmediate();
  collectGarbage();
  return references.filter((reference) => reference.deref() !== undefined).length;
}

describe('TreeProvider', () => {
  let clock: TestClock;
  let servers: ServerRegistry;
  let monitor: ServerMonitor;
  let tree: TreeProvider;
  let expandedRows: TreeProviderOptions['expandedRows'];
  let sinkId: string;
  /** The ids of the other sinks, which have no backfills. */
  let otherSinkIds: string[];
  let finishedCount: number;
  /** The number of requests for backfill lists. */
  let listRequestCount: number;
  let isServerSlow: boolean;
  let isOffline: boolean;
  let databases: Database[];

  let changes: Partial<Backfill>;

  const listBackfill = () =>
    backfill({ id: `backfill of ${sinkId}`, sinkId, updatedAt: clock.now(), ...changes });
  const listSinks = (): SinkListing => ({
    items: [
      { sink: sink({ id: sinkId, name: sinkId }), unfinishedBackfills: [listBackfill()] },
      ...otherSinkIds.map((id) => ({ sink: sink({ id, name: id }), unfinishedBackfills: [] })),
    ],
    skipped: 0,
    serverTime: clock.now(),
  });

  beforeEach(async () => {
    useVscodeStub();
    const module = await import('../../../src/tree/TreeProvider.ts');
    const { listRootNodes } = await import('../../../src/tree/rows/connection.ts');
    clock = new TestClock(now);
    sinkId = 'sink 0';
    otherSinkIds = [];
    finishedCount = 0;
    listRequestCount = 0;
    isServerSlow = false;
    isOffline = false;
    databases = [];
    changes = {};
    servers = new ServerRegistry();
    const collapsedIds = new Set<string>();
    expandedRows = {
      isExpanded: (id) => !collapsedIds.has(id),
      setExpanded: (id, expanded) => {
        collapsedIds[expanded ? 'delete' : 'add'](id);
      },
    };
    tree = new module.TreeProvider({
      servers,
      clock,
      getDisplayOptions: () => ({ hideFinished: false, runningFirst: false, showDatabases: true }),
      listRootNodes,
      expandedRows,
    });
    monitor = new ServerMonitor({
      connection: connectionTo('http://localhost:7376'),
      api: apiWith({
        listSinks: () => {
          if (isOffline) {
            return Promise.reject(new SequinError({ kind: 'network', reason: 'refused' }));
          }
          return isServerSlow ? new Promise(() => undefined) : Promise.resolve(listSinks());
        },
        listDatabases: () => Promise.resolve({ items: databases, skipped: 0 }),
        testDatabase: () => Promise.resolve({ isPassed: false, reason: null }),
        getSink: () => Promise.reject(new SequinError({ kind: 'notFound', resource: 'sink' })),
        listBackfills: () => {
          listRequestCount += 1;
          const finished = Array.from({ length: finishedCount }, (_, index) =>
            backfill({
              id: `finished ${index}`,
              sinkId,
              state: 'completed',
              insertedAt: now - 60_000 * index,
            }),
          );
          return Promise.resolve({ items: [listBackfill(), ...finished], skipped: 0 });
        },
      }),
      clock,
      intervalMs: () => 0,
    });
    watch(monitor);
    servers.setServers(serversOf(monitor));
  });
  afterEach(() => {
    tree.dispose();
    servers.dispose();
  });

  /** Watches a monitor as a visible view does. */
  const watch = (watched: ServerMonitor) => watched.watch('view', () => tree.listExpandedSinkIds(watched));

  /** Renders all rows as VS Code does when every row is expanded. */
  function renderAll(parent?: TreeNode): TreeNode[] {
    return tree.getChildren(parent).flatMap((node) => {
      tree.getTreeItem(node);
      return [node, ...renderAll(node)];
    });
  }

  async function showSink(id: string): Promise<TreeNode[]> {
    sinkId = id;
    await monitor.refresh();
    renderAll();
    await clock.advance(stepMs);
    return renderAll();
  }

  it('shows 50 more backfills with each Show More, and requests older backfills if they aren’t loaded', async () => {
    await showSink('a');
    finishedCount = 450;
    await monitor.refresh();
    const [sinkNode] = tree.getChildren();
    const requestCountBefore = listRequestCount;
    const steps: unknown[] = [];
    for (let step = 1; step <= 9; step += 1) {
      const rows = tree.getChildren(sinkNode);
      const last = rows.at(-1);
      const hiddenCount =
        last?.kind === 'message' && last.message.kind === 'more' ? last.message.hiddenCount : 0;
      steps.push([rows.length - 1, hiddenCount, listRequestCount - requestCountBefore]);
      tree.showMore(monitor.connection.address, 'a');
      await clock.advance(0);
    }
    assert.deepEqual(steps, [
      [50, 401, 0],
      [100, 351, 0],
      [150, 301, 0],
      [200, 251, 0],
      // One unfinished and 200 finished backfills are known at first.
      [250, 201, 1],
      [300, 151, 1],
      [350, 101, 1],
      [400, 51, 1],
      [450, 1, 2],
    ]);
    assert.equal(tree.getChildren(sinkNode).length, 451);
  });

  it('lists the expanded sinks', async () => {
    otherSinkIds = ['b'];
    const [first, , second] = await showSink('a');
    assert.ok(first?.kind === 'sink' && second?.kind === 'sink');
    assert.deepEqual(tree.listExpandedSinkIds(monitor), ['a', 'b']);
    tree.setExpanded(second, false);
    assert.deepEqual(tree.listExpandedSinkIds(monitor), ['a']);
    tree.setExpanded(first, false);
    assert.deepEqual(tree.listExpandedSinkIds(monitor), []);
  });

  it('forgets the rows of a sink that no longer exists', async () => {
    const before = await showSink('a');
    await showSink('b');
    const after = await showSink('a');
    assert.deepEqual(after, before);
    assert.ok(before.every((node, index) => node !== after[index]));
  });

  it('releases the memory of rows when 1,000 sinks are added and removed within 24 hours', async () => {
    const nodes: WeakRef<TreeNode>[] = [];
    for (let index = 1; index <= sinkCount; index += 1) {
      nodes.push(...(await showSink(`sink ${index}`)).map((node) => new WeakRef(node)));
    }
    assert.equal(clock.now(), now + 24 * 3600_000);
    assert.equal(nodes.length, 2 * sinkCount);
    const remaining = await countReachable(nodes);
    assert.ok(remaining <= 10, `${remaining} rows of vanished sinks are still in memory`);
  });

  describe('after a poll', () => {
    let updates: (readonly TreeNode[] | undefined)[];
    /** Whether VS Code drops requests to refresh rows. */
    let isBusy: boolean;

    beforeEach(async () => {
      await showSink('a');
      updates = [];
      isBusy = false;
      tree.onDidChangeTreeData((nodes) => {
        updates.push(nodes);
        // VS Code asks for the fired rows and, if they are expanded, for the rows below them.
        for (const node of isBusy ? [] : (nodes ?? [])) {
          const { id = '' } = tree.getTreeItem(node);
          if (expandedRows.isExpanded(id, false)) {
            renderAll(node);
          }
        }
      });
    });

    async function poll(polled: Partial<Backfill>): Promise<void> {
      changes = polled;
      await monitor.refresh();
    }
    const getDescription = () => tree.getTreeItem(renderAll()[1] ?? assert.fail('no backfill')).description;
    const takeUpdatedKinds = () => updates.splice(0).map((nodes) => nodes?.map(({ kind }) => kind));

    it('shows progress at most every 5 s if nothing else changes, and shows the latest progress without another poll', async () => {
      for (let second = 1; second <= 60; second += 1) {
        await poll({ rowsProcessed: 100_000 + second * 300 });
        await clock.advance(1_000);
      }
      const { length } = takeUpdatedKinds();
      assert.ok(length >= 11 && length <= 12, `${length} updates in a minute`);
      await poll({ rowsProcessed: 162_000 });
      updates.length = 0;
      await poll({ rowsProcessed: 178_000 });
      assert.deepEqual(updates, []);
      await clock.advance(5_000);
      assert.deepEqual(takeUpdatedKinds(), [['backfill']]);
      assert.match(String(getDescription()), /^89% · /);
    });

    it('shows a change of state at once', async () => {
      await poll({ rowsProcessed: 120_000 });
      updates.length = 0;
      for (const state of ['paused', 'active', 'cancelled']) {
        await poll({ state, rowsProcessed: 120_000, canceledAt: clock.now() });
        assert.deepEqual(takeUpdatedKinds(), [['sink', 'backfill']], `${state} is not shown`);
      }
    });

    it('dims all rows of a server that goes offline, including rows without a running backfill', async () => {
      otherSinkIds = ['idle'];
      await poll({ state: 'paused' });
      renderAll();
      const isDimmed = (node: TreeNode) =>
        JSON.stringify(tree.getTreeItem(node).iconPath).includes('descriptionForeground');
      for (const failed of [true, false]) {
        isOffline = failed;
        updates.length = 0;
        await monitor.refresh();
        const refreshed = new Set(updates.flatMap((nodes) => nodes ?? renderAll()));
        const rows = renderAll().filter(({ kind }) => kind === 'sink' || kind === 'backfill');
        assert.equal(rows.length, 3);
        for (const row of rows) {
          assert.ok(refreshed.has(row), `${JSON.stringify(row)} is not refreshed`);
          assert.equal(isDimmed(row), failed);
        }
      }
    });

    it('shows the result of a connection test at once, even while the list of sinks is being requested', async () => {
      databases = [{ id: 'd', name: 'shop', hostname: 'db', port: 5432, database: 'shop' }];
      await monitor.databases.ensureLoaded();
      renderAll();
      updates.length = 0;
      isServerSlow = true;
      void monitor.refresh();
      assert.deepEqual(updates, []);
      await monitor.databases.testConnection('d');
      assert.deepEqual(takeUpdatedKinds(), [['databases', 'database']]);
    });

    it('refreshes a row again after 5 s, without another poll, if VS Code dropped the request', async () => {
      isBusy = true;
      await poll({ state: 'paused' });
      assert.deepEqual(takeUpdatedKinds(), [['sink', 'backfill']]);
      isBusy = false;
      await clock.advance(4_999);
      assert.deepEqual(updates, []);
      await clock.advance(1);
      assert.deepEqual(takeUpdatedKinds(), [['sink', 'backfill']]);
      await clock.advance(60_000);
      assert.deepEqual(updates, []);
    });

    it('refreshes no rows of a hidden view, but refreshes the changed rows when the view is visible again', async () => {
      tree.setVisible(false);
      for (let minute = 1; minute <= 60; minute += 1) {
        await poll({ rowsProcessed: 100_000 + minute * 1_000, state: minute % 2 ? 'active' : 'paused' });
        await clock.advance(60_000);
      }
      assert.deepEqual(updates, []);
      tree.setVisible(true);
      assert.deepEqual(takeUpdatedKinds(), [['sink', 'backfill']]);
      assert.equal(getDescription(), 'Paused at 80%');
      tree.setVisible(true);
      assert.deepEqual(updates, []);
    });

    it('refreshes the rows below a collapsed row only when the collapsed row is expanded', async () => {
      const node: TreeNode = { kind: 'sink', connectionId: 'http://localhost:7376', sinkId: 'a' };
      tree.setExpanded(node, false);
      updates.length = 0;
      await poll({ state: 'paused' });
      assert.deepEqual(takeUpdatedKinds(), [['sink']]);
      tree.setExpanded(node, true);
      assert.deepEqual(takeUpdatedKinds(), [['sink', 'backfill']]);
    });
  });

  it('loads the backfills of expanded sinks again when another monitor replaces the monitor of the connection', async () => {
    const [sinkNode] = await showSink('a');
    const updates: unknown[] = [];
    tree.onDidChangeTreeData((nodes) => {
      updates.push(nodes);
      renderAll();
    });
    servers.setServers(serversOf(monitor));
    assert.deepEqual(updates, []);
    const requestedSinkIds: string[] = [];
    const replacement = new ServerMonitor({
      connection: monitor.connection,
      api: apiWith({
        listBackfills: (requestedSinkId) => {
          requestedSinkIds.push(requestedSinkId);
          return new Promise(() => undefined);
        },
      }),
      clock,
      intervalMs: () => 2_000,
      // A saved snapshot has no load states.
      snapshot: { ...monitor.snapshot, backfillListLoads: new Map() },
    });
    watch(replacement);
    servers.setServers(serversOf(replacement));
    await clock.advance(1);
    assert.deepEqual(updates, [[sinkNode]]);
    assert.deepEqual(requestedSinkIds, ['a']);
  });

  it('keeps no old snapshots in memory for rows that don’t change', async () => {
    const snapshots: WeakRef<Snapshot>[] = [];
    for (let index = 1; index <= 50; index += 1) {
      otherSinkIds.push(`other sink ${index}`);
      await monitor.refresh();
      const newest = tree
        .getChildren()
        .find((node) => node.kind === 'sink' && node.sinkId === `other sink ${index}`);
      tree.getTreeItem(newest ?? assert.fail('the new sink has no row'));
      snapshots.push(new WeakRef(monitor.snapshot));
    }
    const remaining = await countReachable(snapshots);
    assert.ok(remaining <= 5, `${remaining} snapshots are still in memory`);
  });
});
