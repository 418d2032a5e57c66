import { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import { connectionTo } from '../unit/samples.ts';
import { TestClock } from '../unit/TestClock.ts';
import { createTree } from './createTree.ts';
import { createWorld, WorldApi } from './WorldApi.ts';

const runningSinkCount = 10;
const hourMs = 3600_000;

/**
 * Counts the rows that VS Code creates in an hour with the view open, ten running backfills, and their sinks expanded.
 * When a row is fired, VS Code creates it and all rows below it again.
 */
export async function countRefreshedRows(): Promise<number> {
  const clock = new TestClock(Date.UTC(2026, 5, 15, 12));
  const world = createWorld(clock, runningSinkCount, runningSinkCount);
  for (const { json } of world.sinks) {
    world.addBackfill(json.id, { state: 'completed' });
  }
  const monitor = new ServerMonitor({
    connection: connectionTo('http://bench'),
    api: new WorldApi(world, clock),
    clock,
    intervalMs: () => 2_000,
    random: () => 0.5,
  });
  const tree = await createTree(monitor, clock);
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
