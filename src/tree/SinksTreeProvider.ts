import * as vscode from 'vscode';
import { TreeItemCollapsibleState } from 'vscode';
import { isUnfinished } from '../model/Backfill.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { getBackfillsOfSink, type Snapshot, type SnapshotChange } from '../servers/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { createHover } from './hover.ts';
import {
  createBackfillNodes,
  createRootNodes,
  createConnectionChildren,
  type TreeDisplayOptions,
} from './createNodes.ts';
import { renderRow, areSameRows, toTreeItem, type TreeRow } from './rows.ts';
import type { SinkNode, TreeNode } from './TreeNode.ts';
import { TreeNodeCache } from './TreeNodeCache.ts';

/** The number of backfills that a sink shows initially, and that "Show more" adds. */
const pageSize = 50;

/** How often rows without changed data are rendered again, so that `2 min ago` becomes `3 min ago`. */
const relativeTimeRefreshMs = 20_000;

/** Stands for the root of the tree, which VS Code represents by undefined. */
const root = {};

interface RenderedRow {
  readonly row: TreeRow;
  /**
   * The snapshot that the row was rendered from: the same snapshot renders the same row. A weak reference, since
   * rows that rarely change would otherwise keep many old snapshots in memory.
   */
  readonly snapshot: WeakRef<Snapshot> | undefined;
}

/** The dependencies of a {@link SinksTreeProvider}. */
export interface SinksTreeProviderOptions {
  readonly servers: ServerRegistry;
  readonly clock: Clock;
  readonly displayOptions: () => TreeDisplayOptions;
  /** The rows that the user expanded or collapsed. VS Code doesn't restore them after a reload. */
  readonly expandedRows: {
    isExpanded(id: string, defaultExpanded: boolean): boolean;
    setExpanded(id: string, expanded: boolean): void;
  };
}

/**
 * Provides the tree of sinks and their backfills. Stores no data, only the rendered rows, so that a change refreshes
 * only rows whose text or icon changed.
 */
export class SinksTreeProvider extends DisposableBase implements vscode.TreeDataProvider<TreeNode> {
  readonly #options: SinksTreeProviderOptions;
  readonly #nodes = new TreeNodeCache();
  /** Each row as last rendered. */
  #renderedRows = new WeakMap<TreeNode, RenderedRow>();
  /** The children of a row, or of the root, as last returned to VS Code. */
  #children = new WeakMap<TreeNode | typeof root, readonly TreeNode[]>();
  /** The hovers that VS Code keeps. It requests the hover of a row again only after the row was fired. */
  readonly #hovers = new WeakMap<TreeNode, { readonly text: string; readonly createdAt: number }>();
  /** The number of visible backfills of a sink, if "Show more" increased it. */
  readonly #visibleCounts = new WeakMap<SinkNode, number>();
  #lastPrunedAt = Number.NEGATIVE_INFINITY;
  #lastMonitors: readonly (ServerMonitor | undefined)[] = [];
  readonly #lastFullRefreshAt = new WeakMap<ServerMonitor, number>();
  readonly #onDidChangeTreeData = this.register(new vscode.EventEmitter<TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;

  constructor(options: SinksTreeProviderOptions) {
    super();
    this.#options = options;
    this.register(
      options.servers.onDidChangeServers(() => {
        this.#pruneNodes();
        this.#refreshServers();
      }),
    );
    this.register(
      options.servers.onDidChangeSnapshot(({ monitor, change }) => {
        if (change.sinkListChanged || this.#isPruningDue()) {
          this.#pruneNodes();
        }
        this.#refresh(monitor, change);
      }),
    );
  }

  getChildren(parent?: TreeNode): TreeNode[] {
    if (parent?.kind === 'sink') {
      // Loads here because VS Code fires no event for rows that it expands itself after a reload.
      this.#options.servers.getMonitor(parent.connectionId)?.ensureBackfillList(parent.sinkId);
    }
    const children = this.#getChildNodes(parent);
    this.#children.set(parent === undefined ? root : this.#nodes.intern(parent), children);
    return children;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    // A new item has no hover until VS Code requests it.
    this.#hovers.delete(node);
    const row = this.#renderNode(node);
    return toTreeItem(row, this.#collapsibleState(node, row));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'connection') {
      return undefined;
    }
    if (node.kind !== 'sink' && node.sinkId !== undefined) {
      return this.#nodes.intern({ kind: 'sink', connectionId: node.connectionId, sinkId: node.sinkId });
    }
    return this.#options.servers.all.length > 1
      ? this.#nodes.intern({ kind: 'connection', connectionId: node.connectionId })
      : undefined;
  }

  /** Creates the hover, which VS Code requests when the pointer rests on a row. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const createdAt = this.#options.clock.now();
    const hover = createHover(node, this.#options.servers, createdAt);
    if (hover !== undefined) {
      item.tooltip = hover;
      this.#hovers.set(node, { text: hover.value, createdAt });
    }
    return item;
  }

  /** Records that the user expanded or collapsed a row. */
  setExpanded(node: TreeNode, expanded: boolean): void {
    this.#options.expandedRows.setExpanded(this.#renderNode(node).id, expanded);
  }

  /** Shows the next page of a sink's backfills, and loads older ones if the snapshot lacks them. */
  showMore(connectionId: string, sinkId: string): void {
    const sink = this.#nodes.intern({ kind: 'sink', connectionId, sinkId });
    const visibleCount = this.#getVisibleCount(sink) + pageSize;
    this.#visibleCounts.set(sink, visibleCount);
    const monitor = this.#options.servers.getMonitor(connectionId);
    if (
      monitor !== undefined &&
      (monitor.snapshot.backfillListLoads.get(sinkId)?.older ?? 0) > 0 &&
      visibleCount > getBackfillsOfSink(monitor.snapshot, sinkId).length
    ) {
      void monitor.loadOlderBackfills(sinkId);
    }
    this.#onDidChangeTreeData.fire([sink]);
  }

  /** Renders all rows again, after the display options changed. */
  refreshAll(): void {
    this.#renderedRows = new WeakMap();
    this.#children = new WeakMap();
    this.#onDidChangeTreeData.fire(undefined);
  }

  /** Refreshes all rows if connections were added, removed or reconnected; only the connection rows if one was renamed. */
  #refreshServers(): void {
    const monitors = this.#options.servers.all.map(({ monitor }) => monitor);
    const previousMonitors = this.#lastMonitors;
    this.#lastMonitors = monitors;
    const rootChildren = this.#children.get(root);
    const isSame = rootChildren !== undefined && areSameNodes(rootChildren, this.#getChildNodes(undefined));
    if (!isSame || !areSameMonitors(previousMonitors, monitors)) {
      this.refreshAll();
      return;
    }
    const changed = rootChildren.filter((node) => node.kind === 'connection' && this.#hasChanged(node));
    if (changed.length > 0) {
      this.#onDidChangeTreeData.fire(changed);
    }
  }

  /** Fires the rows whose rendering changed, and the parents whose children changed. */
  #refresh(monitor: ServerMonitor, change: SnapshotChange): void {
    const rootChildren = this.#children.get(root);
    if (rootChildren === undefined) {
      return;
    }
    const connectionNode = this.#getConnectionNode(monitor);
    const sinks = this.#children.get(connectionNode ?? root);
    const changed = new Set<TreeNode>();
    if (connectionNode !== undefined && this.#hasChanged(connectionNode)) {
      changed.add(connectionNode);
    }
    if (sinks !== undefined && !(isLoadingOnly(monitor, change) && sinks[0]?.kind === 'sink')) {
      if (!areSameNodes(sinks, this.#getChildNodes(connectionNode))) {
        this.#onDidChangeTreeData.fire(connectionNode === undefined ? undefined : [connectionNode]);
        return;
      }
      this.#collectChanged(monitor, change, sinks, changed);
    }
    if (changed.size > 0) {
      this.#onDidChangeTreeData.fire([...changed]);
    }
  }

  #collectChanged(
    monitor: ServerMonitor,
    change: SnapshotChange,
    sinks: readonly TreeNode[],
    changed: Set<TreeNode>,
  ): void {
    for (const sinkId of change.changedSinkIds) {
      const sink = this.#nodes.intern({ kind: 'sink', connectionId: monitor.connection.id, sinkId });
      const children = this.#children.get(sink);
      if (children !== undefined && !areSameNodes(children, this.#getChildNodes(sink))) {
        changed.add(sink);
      }
    }
    for (const node of this.#findCandidates(monitor, change, sinks)) {
      if (this.#hasChanged(node)) {
        changed.add(node);
      }
    }
  }

  /** The rows that a change may affect. Unfinished backfills change with time; every {@link relativeTimeRefreshMs} all rows do. */
  *#findCandidates(
    monitor: ServerMonitor,
    { changedSinkIds }: SnapshotChange,
    sinks: readonly TreeNode[],
  ): Generator<TreeNode> {
    const now = this.#options.clock.now();
    // Per server, so that frequent changes of one server don't postpone the full refresh of another.
    const isFullRefresh =
      now - (this.#lastFullRefreshAt.get(monitor) ?? Number.NEGATIVE_INFINITY) >= relativeTimeRefreshMs;
    if (isFullRefresh) {
      this.#lastFullRefreshAt.set(monitor, now);
    }
    for (const sink of sinks) {
      if (sink.kind !== 'sink') {
        continue;
      }
      if (changedSinkIds.has(sink.sinkId) || this.#hovers.has(sink)) {
        yield sink;
      }
      const children = this.#children.get(sink) ?? [];
      if (isFullRefresh || changedSinkIds.has(sink.sinkId)) {
        yield* children;
      } else if (children.length > 0) {
        const unfinishedIds = new Set(
          getBackfillsOfSink(monitor.snapshot, sink.sinkId)
            .filter(isUnfinished)
            .map(({ id }) => id),
        );
        yield* children.filter(
          (node) =>
            node.kind === 'backfill' && (unfinishedIds.has(node.backfillId) || this.#hovers.has(node)),
        );
      }
    }
  }

  /** The parent row of a server's sinks; undefined if they are at the root. */
  #getConnectionNode({ connection }: ServerMonitor): TreeNode | undefined {
    return this.#options.servers.all.length > 1
      ? this.#nodes.intern({ kind: 'connection', connectionId: connection.id })
      : undefined;
  }

  #hasChanged(node: TreeNode): boolean {
    const rendered = this.#renderedRows.get(node);
    return (
      rendered !== undefined &&
      (!areSameRows(rendered.row, this.#renderNode(node)) || this.#hasHoverChanged(node))
    );
  }

  /** Whether data in the hover changed or, after {@link relativeTimeRefreshMs}, only a relative time. */
  #hasHoverChanged(node: TreeNode): boolean {
    const hover = this.#hovers.get(node);
    if (hover === undefined) {
      return false;
    }
    const now = this.#options.clock.now();
    // Firing a row closes its hover, so that a time alone must not do it while the user reads.
    const at = now - hover.createdAt < relativeTimeRefreshMs ? hover.createdAt : now;
    return createHover(node, this.#options.servers, at)?.value !== hover.text;
  }

  #renderNode(node: TreeNode): TreeRow {
    const { servers } = this.#options;
    const snapshot = servers.getMonitor(node.connectionId)?.snapshot;
    const rendered = this.#renderedRows.get(node);
    // A connection can be renamed without a new snapshot.
    if (snapshot !== undefined && rendered?.snapshot?.deref() === snapshot && node.kind !== 'connection') {
      return rendered.row;
    }
    const row = renderRow(node, servers);
    this.#renderedRows.set(node, { row, snapshot: snapshot && new WeakRef(snapshot) });
    return row;
  }

  #collapsibleState(node: TreeNode, { id }: TreeRow): TreeItemCollapsibleState {
    if (node.kind !== 'sink' && node.kind !== 'connection') {
      return TreeItemCollapsibleState.None;
    }
    // Connections are expanded by default.
    return this.#options.expandedRows.isExpanded(id, node.kind === 'connection')
      ? TreeItemCollapsibleState.Expanded
      : TreeItemCollapsibleState.Collapsed;
  }

  #getChildNodes(parent: TreeNode | undefined): TreeNode[] {
    return this.#createChildNodes(parent).map((node) => this.#nodes.intern(node));
  }

  #createChildNodes(parent: TreeNode | undefined): TreeNode[] {
    const { servers } = this.#options;
    const displayOptions = this.#options.displayOptions();
    if (parent === undefined) {
      return createRootNodes(servers.all, displayOptions);
    }
    const server = servers.getServer(parent.connectionId);
    if (parent.kind === 'connection') {
      return server === undefined ? [] : createConnectionChildren(server, displayOptions);
    }
    return parent.kind === 'sink' && server?.monitor !== undefined
      ? createBackfillNodes(
          server.monitor,
          parent.sinkId,
          this.#getVisibleCount(this.#nodes.intern(parent)),
          displayOptions,
        )
      : [];
  }

  #getVisibleCount(sink: SinkNode): number {
    return this.#visibleCounts.get(sink) ?? pageSize;
  }

  #isPruningDue(): boolean {
    return this.#options.clock.now() - this.#lastPrunedAt >= relativeTimeRefreshMs;
  }

  #pruneNodes(): void {
    this.#lastPrunedAt = this.#options.clock.now();
    this.#nodes.prune(this.#options.servers, (node) => {
      const siblings = this.#children.get(this.getParent(node) ?? root);
      return siblings?.includes(node) === true;
    });
  }
}

/** Whether only a request for the sinks started. It changes no row except a loading row shown instead of the sinks. */
function isLoadingOnly({ snapshot }: ServerMonitor, { changedSinkIds }: SnapshotChange): boolean {
  return snapshot.sinksLoad.loading && changedSinkIds.size === 0;
}

function areSameMonitors(
  previous: readonly (ServerMonitor | undefined)[],
  current: readonly (ServerMonitor | undefined)[],
): boolean {
  // Connections without a monitor never count as the same: the reason for having none may have changed.
  return (
    previous.length === current.length &&
    current.every((monitor, index) => monitor !== undefined && monitor === previous[index])
  );
}

function areSameNodes(previous: readonly TreeNode[], current: readonly TreeNode[]): boolean {
  return previous.length === current.length && previous.every((node, index) => node === current[index]);
}
