import { allTables } from '../../src/sampleServer/defaults.ts';
import { World } from '../../src/sampleServer/World.ts';
import { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../src/servers/ServerRegistry.ts';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import { connectionTo, serversOf } from '../unit/samples.ts';
import { TestClock } from '../unit/TestClock.ts';
import { useVscodeStub } from './vscodeStub.ts';
import { WorldApi } from './WorldApi.ts';

const runningSinkCount = 10;
/** More than a backfill sends in an hour, at 11,000 rows per second at most, so that none completes. */
const rowsPerTable = 40_000_000;
const hourMs = 3600_000;

/**
 * Counts the rows that VS Code creates in an hour with the view open, ten running backfills and their sinks expanded.
 * VS Code creates a fired row and all rows below it.
 */
export async function countRefreshedRows(): Promise<number> {
  useVscodeStub();
  const { TreeProvider } = await import('../../src/tree/TreeProvider.ts');
  const { listRootNodes } = await import('../../src/tree/rows/connection.ts');
  const clock = new TestClock(Date.UTC(2026, 5, 15, 12));
  const world = new World({ seed: 1, speed: 1, clock });
  world.addTable('public.orders', rowsPerTable);
  for (let index = 0; index < runningSinkCount; index += 1) {
    const name = `sink-${String(index)}`;
    world.addSink({
      name,
      source: { ...allTables, include_tables: ['public.orders'] },
      destination: { type: 'webhook', http_endpoint: 'orders-api', http_endpoint_path: null, batch: true },
    });
    world.addBackfill(name, { state: 'completed' });
    world.addBackfill(name);
  }
  const monitor = new ServerMonitor({
    connection: connectionTo('http://bench'),
    api: new WorldApi(world, clock),
    clock,
    intervalMs: () => 2_000,
    random: () => 0.5,
  });
  const servers = new ServerRegistry();
  const tree = new TreeProvider({
    servers,
    clock,
    getDisplayOptions: () => ({ hideFinished: false, runningFirst: false, showDatabases: true }),
    listRootNodes,
    expandedRows: { isExpanded: () => true, setExpanded: () => undefined },
  });
  servers.setServers(serversOf(monitor));
  let count = 0;
  const createBelow = (parent?: TreeNode): void => {
    tree.getChildren(parent).forEach(create);
  };
  const create = (node: TreeNode): void => {
    count += 1;
    tree.getTreeItem(node);
    createBelow(node);
  };
  tree.onDidChangeTreeData((nodes) => {
    if (nodes === undefined) {
      createBelow();
    } else {
      const isBelowFired = (node: TreeNode): boolean => nodes.some((other) => other === tree.getParent(node));
      nodes.filter((node) => !isBelowFired(node)).forEach(create);
    }
  });
  createBelow();
  monitor.watch('view');
  await clock.advance(60_000);
  count = 0;
  await clock.advance(hourMs);
  monitor.dispose();
  tree.dispose();
  return count;
}
