import type { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import type { Clock } from '../../src/shared/clock.ts';
import type { SinksTreeProvider } from '../../src/tree/SinksTreeProvider.ts';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import type { EmulatorProcess } from './EmulatorProcess.ts';
import { useVscodeStub } from './vscodeStub.ts';
import { connectionTo, serversOf } from '../unit/samples.ts';

/** So many running sinks are expanded: about as many as a window shows. */
const expanded = 20;

/** Slow enough that the list is asked for each time, however slow the machine is. */
const intervalMs = 60_000;

/** The whole way from the server to the rows, with its timers set off by hand and without VS Code behind it. */
export class LiveTree {
  readonly tree: SinksTreeProvider;
  readonly #monitor: ServerMonitor;
  readonly #due: () => void;
  /** The rows that were fired in the latest cycle. */
  fired: TreeNode[] = [];

  private constructor(monitor: ServerMonitor, tree: SinksTreeProvider, due: () => void) {
    this.tree = tree;
    this.#monitor = monitor;
    this.#due = due;
    tree.onDidChangeTreeData((nodes) => {
      // What VS Code does with rows that are fired; undefined stands for all.
      const again = nodes === undefined ? tree.getChildren() : [nodes].flat();
      for (const node of again) {
        tree.getTreeItem(node);
      }
      this.fired.push(...again);
    });
  }

  /** Connects, and draws every row, those below some sinks too. */
  static async open({ url, token }: EmulatorProcess): Promise<LiveTree> {
    useVscodeStub();
    const { createApiClient } = await import('../../src/api/createApiClient.ts');
    const { ServerMonitor } = await import('../../src/servers/ServerMonitor.ts');
    const { ServerRegistry } = await import('../../src/servers/ServerRegistry.ts');
    const { SinksTreeProvider } = await import('../../src/tree/SinksTreeProvider.ts');

    let due = (): void => undefined;
    const clock: Clock = {
      now: () => Date.now(),
      schedule: (_delayMs, callback) => {
        due = callback;
        return { dispose: () => undefined };
      },
    };
    const api = createApiClient({ address: url, token, onRequestFinished: () => undefined });
    const monitor = new ServerMonitor({
      connection: connectionTo(url),
      api,
      clock,
      intervalMs: () => intervalMs,
    });
    const servers = new ServerRegistry();
    const tree = new SinksTreeProvider({
      servers,
      clock,
      displayOptions: () => ({ hideFinished: false, runningFirst: true }),
      expandedRows: { isExpanded: () => false, setExpanded: () => undefined },
    });
    servers.setServers(serversOf(monitor));
    const live = new LiveTree(monitor, tree, () => {
      due();
    });
    await monitor.refresh();
    monitor.watch('view');
    for (const sink of tree.getChildren().slice(0, expanded)) {
      await monitor.loadBackfillList('sinkId' in sink ? (sink.sinkId ?? '') : '');
      tree.getChildren(sink);
    }
    live.texts();
    return live;
  }

  /** One poll, until all rows that it changed are drawn. */
  async cycle(): Promise<void> {
    this.fired = [];
    const answered = Promise.withResolvers<undefined>();
    // After the tree, which listened first.
    const subscription = this.#monitor.onDidChange(({ sinksLoadChanged }) => {
      const { loading, failure } = this.#monitor.snapshot.sinksLoad;
      if (failure !== undefined) {
        answered.reject(new Error(`No answer: ${failure.kind}`));
      } else if (sinksLoadChanged && !loading) {
        answered.resolve(undefined);
      }
    });
    this.#due();
    await answered.promise;
    subscription.dispose();
  }

  /** What each row shows, by its id. */
  texts(): Map<string, string> {
    const roots = this.tree.getChildren();
    const nodes = [...roots, ...roots.slice(0, expanded).flatMap((sink) => this.tree.getChildren(sink))];
    return new Map(
      nodes.map((node) => {
        const { id = '', label, description, iconPath } = this.tree.getTreeItem(node);
        return [id, JSON.stringify([label, description, iconPath])];
      }),
    );
  }
}
