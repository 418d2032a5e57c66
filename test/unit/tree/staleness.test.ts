import assert from 'node:assert/strict';
import type { SequinApi, SinkListing } from '../../../src/api/SequinApi.ts';
import { createPageContent } from '../../../src/detail/pageContent.ts';
import { type Backfill, isUnfinished } from '../../../src/model/Backfill.ts';
import { SequinError } from '../../../src/model/failure.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import type { Disposable } from '../../../src/shared/lifecycle.ts';
import { setLocale } from '../../../src/text/format.ts';
import type { TreeNode } from '../../../src/tree/TreeNode.ts';
import type { TreeProvider } from '../../../src/tree/TreeProvider.ts';
import { useVscodeStub } from '../../bench/vscodeStub.ts';
import { apiWith, backfill, connectionTo, now, serversOf, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const address = 'http://localhost:7376';
const minute = 60_000;

describe('the tree', () => {
  let clock: TestClock;
  let servers: ServerRegistry;
  let monitor: ServerMonitor;
  let tree: TreeProvider;
  let watch: Disposable;
  let currentSink: Sink;
  let backfills: readonly Backfill[];
  let isReachable: boolean;
  let firedNodes: TreeNode[];
  let version: PromiseWithResolvers<string>;

  beforeEach(async () => {
    useVscodeStub();
    setLocale('en', 'UTC');
    const module = await import('../../../src/tree/TreeProvider.ts');
    const { listRootNodes } = await import('../../../src/tree/rows/connection.ts');
    clock = new TestClock(now);
    isReachable = true;
    version = Promise.withResolvers();
    currentSink = sink();
    backfills = [backfill({ insertedAt: now, rowsInitial: 1_000_000, rowsProcessed: 0, rowsIngested: 0 })];
    firedNodes = [];
    servers = new ServerRegistry();
    tree = new module.TreeProvider({
      servers,
      clock,
      getDisplayOptions: () => ({ hideFinished: false, runningFirst: false, showDatabases: true }),
      listRootNodes,
      expandedRows: { isExpanded: () => true, setExpanded: () => undefined },
    });
    const respond =
      <T>(createResponse: () => T) =>
      (): Promise<T> =>
        isReachable
          ? Promise.resolve(createResponse())
          : Promise.reject(new SequinError({ kind: 'network', reason: 'refused' }));
    const api: Partial<SequinApi> = {
      listSinks: respond((): SinkListing => ({
        items: [{ sink: currentSink, unfinishedBackfills: backfills.filter(isUnfinished) }],
        skipped: 0,
        serverTime: clock.now(),
      })),
      getBackfill: respond(() => backfills[0] ?? assert.fail()),
      getVersion: () => version.promise,
      listBackfills: respond(() => ({ items: [...backfills], skipped: 0 })),
    };
    monitor = new ServerMonitor({
      connection: connectionTo(address),
      api: apiWith(api),
      clock,
      intervalMs: () => 2_000,
      random: () => 0.5,
    });
    servers.setServers(serversOf(monitor));
    tree.onDidChangeTreeData((nodes) => {
      firedNodes.push(...(nodes ?? []));
      renderAll();
    });
    watch = monitor.watch('view');
    await clock.advance(0);
    renderAll();
    await clock.advance(0);
  });
  afterEach(() => {
    watch.dispose();
    tree.dispose();
    servers.dispose();
  });

  /** Renders all rows as VS Code does when every row is expanded. */
  function renderAll(parent?: TreeNode): TreeNode[] {
    return tree.getChildren(parent).flatMap((node) => {
      tree.getTreeItem(node);
      return [node, ...renderAll(node)];
    });
  }

  const findNode = (kind: TreeNode['kind']): TreeNode =>
    renderAll().find((node) => node.kind === kind) ?? assert.fail(`no ${kind}`);

  const getDescription = (): string => String(tree.getTreeItem(findNode('backfill')).description);

  /** Requests the hover of a row, as VS Code does when the pointer rests on it. */
  function requestHover(node: TreeNode): string {
    const { tooltip } = tree.resolveTreeItem(tree.getTreeItem(node), node);
    assert.ok(typeof tooltip === 'object');
    return tooltip.value.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  }

  /** Makes progress every 2 s for two minutes, so that the views show a time left. */
  async function runForTwoMinutes(): Promise<void> {
    for (let step = 1; step <= 60; step += 1) {
      await clock.advance(2_000);
      backfills = backfills.map((item) => ({
        ...item,
        rowsProcessed: step * 2_000,
        rowsIngested: step * 2_000,
        updatedAt: clock.now(),
      }));
    }
    await clock.advance(2_000);
  }

  function getFigures(): Record<string, string> {
    const ref = { connectionId: address, sinkId: currentSink.id, backfillId: backfill().id };
    const { page } = createPageContent(ref, monitor, undefined);
    return Object.fromEntries((page?.figures ?? []).map(({ label, value }) => [label, value]));
  }

  it('shows no rate, time left or expected finish while the server is unreachable', async () => {
    await runForTwoMinutes();
    assert.match(getDescription(), / left$/);
    assert.match(requestHover(findNode('backfill')), /Current rate[^]*Time left/);
    assert.match(getFigures()['Time left'] ?? '', /^about/);
    const elapsedBefore = getFigures()['Elapsed'];
    isReachable = false;
    await clock.advance(20_000);
    for (let minutes = 1; minutes <= 10; minutes += 1) {
      await clock.advance(minute);
      assert.match(getDescription(), /^12%$/);
      const hover = requestHover(findNode('backfill'));
      assert.match(hover, /\n\n\$\(sync-ignored\) Updated 12:02:\d\d.PM · Can’t connect to localhost:7376/);
      assert.doesNotMatch(hover, /Time left|Current rate/);
      const figures = getFigures();
      assert.deepEqual(Object.keys(figures), ['Elapsed']);
      assert.equal(figures['Elapsed'], elapsedBefore);
    }
    isReachable = true;
    await clock.advance(5 * minute);
    assert.doesNotMatch(requestHover(findNode('backfill')), /Updated/);
  });

  it('shows no time left from the last session before the first response', async () => {
    await runForTwoMinutes();
    const { snapshot } = monitor;
    const restored = new ServerMonitor({
      connection: connectionTo(address),
      api: apiWith({}),
      clock,
      intervalMs: () => 2_000,
      snapshot: { ...snapshot, sinksLoad: { ...snapshot.sinksLoad, fromCache: true } },
    });
    servers.setServers(serversOf(restored));
    assert.equal(getDescription(), '12%');
    restored.dispose();
  });

  it('doesn’t count down the time left while there is no new data', async () => {
    await runForTwoMinutes();
    watch.dispose();
    await clock.advance(minute);
    const shown = getFigures()['Time left'];
    await clock.advance(5 * minute);
    assert.equal(getFigures()['Time left'], shown);
    watch = monitor.watch('view');
  });

  it('refreshes a row if only its hover changed', async () => {
    const node = findNode('sink');
    assert.doesNotMatch(requestHover(node), /topic is full/);
    firedNodes = [];
    currentSink = sink({
      health: {
        status: 'healthy',
        checks: [{ name: 'Message delivery', status: 'healthy', error: 'topic is full' }],
      },
    });
    await clock.advance(2_000);
    assert.deepEqual(firedNodes, [node]);
    assert.match(requestHover(node), /topic is full/);
  });

  it('refreshes a row only once if its hover changes repeatedly and is not requested again', async () => {
    const node = findNode('sink');
    requestHover(node);
    firedNodes = [];
    for (const error of ['a', 'b', 'c']) {
      currentSink = sink({
        health: { status: 'healthy', checks: [{ name: 'Message delivery', status: 'healthy', error }] },
      });
      await clock.advance(2_000);
    }
    assert.deepEqual(firedNodes, [node]);
  });

  it('refreshes a paused backfill if only times in its hover change, but not within 15 s after the hover was shown', async () => {
    backfills = [backfill({ state: 'paused', insertedAt: now - 110_000, updatedAt: now - 110_000 })];
    await monitor.refresh();
    await clock.advance(0);
    const node = findNode('backfill');
    const text = requestHover(node);
    firedNodes = [];
    await clock.advance(15_000);
    assert.ok(!firedNodes.includes(node));
    await clock.advance(60_000);
    assert.ok(firedNodes.includes(node));
    assert.notEqual(requestHover(node), text);
  });

  it('refreshes the row of a connection if only its hover changed', async () => {
    const other = new ServerMonitor({
      connection: connectionTo('http://localhost:7377'),
      api: apiWith({}),
      clock,
      intervalMs: () => 2_000,
    });
    servers.setServers(serversOf(monitor, other));
    const node = findNode('connection');
    assert.doesNotMatch(requestHover(node), /0\.14\.6/);
    firedNodes = [];
    version.resolve('0.14.6');
    await clock.advance(0);
    assert.deepEqual(firedNodes, [node]);
    assert.match(requestHover(node), /Sequin 0\.14\.6/);
    other.dispose();
  });
});
