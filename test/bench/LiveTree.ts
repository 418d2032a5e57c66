import type { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import type { Clock } from '../../src/shared/clock.ts';
import type { TreeProvider } from '../../src/tree/TreeProvider.ts';
import { connectionTo } from '../unit/samples.ts';
import { TestClock } from '../unit/TestClock.ts';
import { createTree } from './createTree.ts';
import type { EmulatorProcess } from './EmulatorProcess.ts';
import { useVscodeStub } from './vscodeStub.ts';

/** The number of running sinks to expand: about as many as a window shows. */
const expandedSinkCount = 20;

/**
 * The poll interval in milliseconds: the shortest one that users can set. A real poll takes about as long, so the test
 * clock stays close to the clock of the emulator.
 */
const intervalMs = 100;

/**
 * The whole path from the server's response to the rendered rows, without VS Code. The test clock doesn't advance
 * during a request, so the list of sinks seems to take no time, and every poll requests it.
 */
export class LiveTree {
  readonly tree: TreeProvider;
  readonly #monitor: ServerMonitor;
  readonly #clock: TestClock;
  /** The ids of the rows that were fired in the latest poll. */
  firedIds: string[] = [];

  private constructor(monitor: ServerMonitor, tree: TreeProvider, clock: TestClock) {
    this.tree = tree;
    this.#monitor = monitor;
    this.#clock = clock;
    tree.onDidChangeTreeData((nodes) => {
      // Do what VS Code does with fired rows; undefined stands for all rows.
      const nodesToRender = nodes === undefined ? tree.getChildren() : [nodes].flat();
      this.firedIds.push(...nodesToRender.map((node) => tree.getTreeItem(node).id ?? ''));
    });
  }

  /** Connects, and renders every row, including the children of some sinks. */
  static async open({ url, token }: EmulatorProcess): Promise<LiveTree> {
    useVscodeStub();
    const { createApiClient } = await import('../../src/api/createApiClient.ts');
    const { ServerMonitor } = await import('../../src/servers/ServerMonitor.ts');
    const { progressIntervalMs } = await import('../../src/tree/ShownRows.ts');

    const clock = new TestClock(Date.now());
    // On the tree's clock, enough time passes between two polls that the tree doesn't defer rows with mere progress.
    const getTreeTime = (): number => (clock.now() / intervalMs) * progressIntervalMs;
    const treeClock: Clock = {
      now: getTreeTime,
      monotonicNow: getTreeTime,
      schedule: () => ({ dispose: () => undefined }),
    };
    const api = createApiClient({ address: url, token, onRequestFinished: () => undefined });
    const monitor = new ServerMonitor({
      connection: connectionTo(url),
      api,
      clock,
      intervalMs: () => intervalMs,
    });
    const tree = await createTree(monitor, treeClock);
    const live = new LiveTree(monitor, tree, clock);
    await monitor.refresh();
    monitor.watch('view');
    for (const sink of tree.getChildren().slice(0, expandedSinkCount)) {
      await monitor.backfillLists.load('sinkId' in sink ? (sink.sinkId ?? '') : '');
      tree.getChildren(sink);
    }
    live.renderRows();
    return live;
  }

  /**
   * Polls once and waits until all changed rows are rendered.
   * @throws Error if the poll fails
   */
  async poll(): Promise<void> {
    this.firedIds = [];
    const responded = Promise.withResolvers<undefined>();
    const { loadedAt: previousLoad } = this.#monitor.snapshot.sinksLoad;
    // The tree subscribed first, so it has already handled the event.
    const subscription = this.#monitor.onDidChange(() => {
      const { loadedAt, failure } = this.#monitor.snapshot.sinksLoad;
      if (failure !== undefined) {
        responded.reject(new Error(`The poll failed: ${failure.kind}`));
      } else if (loadedAt !== previousLoad) {
        responded.resolve(undefined);
      }
    });
    await this.#clock.advance(intervalMs);
    await responded.promise;
    subscription.dispose();
  }

  /** Renders all rows. Returns the content of each row by the row's id. */
  renderRows(): Map<string, string> {
    const roots = this.tree.getChildren();
    const nodes = [
      ...roots,
      ...roots.slice(0, expandedSinkCount).flatMap((sink) => this.tree.getChildren(sink)),
    ];
    return new Map(
      nodes.map((node) => {
        const { id = '', label, description, iconPath } = this.tree.getTreeItem(node);
        return [id, JSON.stringify([label, description, iconPath])];
      }),
    );
  }
}
