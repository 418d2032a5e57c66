import * as vscode from 'vscode';
import { TreeItemCollapsibleState } from 'vscode';
import { getRefKey } from '../model/BackfillRef.ts';
import { isUnfinished } from '../model/Backfill.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { backfillsOf, findBackfill, type Snapshot, type SnapshotChange } from '../servers/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { createBackfillHover, createConnectionHover, createSinkHover } from './hover.ts';
import {
  createBackfillNodes,
  createRootNodes,
  createConnectionChildren,
  type TreeDisplayOptions,
} from './createNodes.ts';
import { renderRow, areSameRows, toTreeItem, type TreeRow } from './rows.ts';
import type { SinkNode, TreeNode } from './TreeNode.ts';

/** How many backfills of a sink are shown at first, and how many more each time. */
const pageSize = 50;

/** How often rows are looked at that did not change themselves: `2 min ago` becomes `3 min ago`. */
const relativeTimeRefreshMs = 20_000;

/** What the tree is drawn from, besides the monitors. */
export interface SinksTreeProviderOptions {
  readonly servers: ServerRegistry;
  readonly clock: Clock;
  readonly displayOptions: () => TreeDisplayOptions;
  /** Ids of the rows that the user expanded: VS Code forgets them with a reload. */
  readonly expandedRows: {
    isExpanded(id: string, defaultExpanded: boolean): boolean;
    setExpanded(id: string, expanded: boolean): void;
  };
}

/**
 * The tree of sinks and their backfills. It holds no data, only which rows it drew and how, so that a change
 * redraws the rows whose words or icons changed, and no other.
 */
export class SinksTreeProvider extends DisposableBase implements vscode.TreeDataProvider<TreeNode> {
  readonly #options: SinksTreeProviderOptions;
  /** One object for each row, since VS Code knows rows by identity. */
  readonly #nodes = new Map<string, TreeNode>();
  /** How each row was last drawn, and from what: from the same snapshot it looks the same. */
  readonly #renderedRows = new Map<
    TreeNode,
    { readonly row: TreeRow; readonly snapshot: Snapshot | undefined }
  >();
  /** The rows below a row, or at the root (undefined), as last handed out. */
  readonly #children = new Map<TreeNode | undefined, readonly TreeNode[]>();
  /** How many backfills of a sink are shown, where it is not the first page alone. */
  readonly #visibleCounts = new Map<SinkNode, number>();
  #lastMonitors: readonly (ServerMonitor | undefined)[] = [];
  readonly #lastFullRefreshAt = new WeakMap<ServerMonitor, number>();
  readonly #onDidChangeTreeData = this.register(new vscode.EventEmitter<TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;

  constructor(options: SinksTreeProviderOptions) {
    super();
    this.#options = options;
    this.register(
      options.servers.onDidChangeServers(() => {
        for (const [key, node] of this.#nodes) {
          if (options.servers.getServer(node.address) === undefined) {
            this.#nodes.delete(key);
          }
        }
        this.#refreshServers();
      }),
    );
    this.register(
      options.servers.onDidChangeSnapshot(({ monitor, change }) => {
        this.#refresh(monitor, change);
      }),
    );
  }

  getChildren(parent?: TreeNode): TreeNode[] {
    if (parent?.kind === 'sink') {
      // Asked here, since VS Code does not tell of rows that it expands again after a reload.
      this.#options.servers.getMonitor(parent.address)?.ensureBackfillList(parent.sinkId);
    }
    const children = this.#getChildNodes(parent);
    this.#children.set(parent && this.#internNode(parent), children);
    return children;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const row = this.#renderNode(node);
    return toTreeItem(row, this.#collapsibleState(node, row));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'connection') {
      return undefined;
    }
    if (node.kind !== 'sink' && node.sinkId !== undefined) {
      return this.#internNode({ kind: 'sink', address: node.address, sinkId: node.sinkId });
    }
    return this.#options.servers.all.length > 1
      ? this.#internNode({ kind: 'connection', address: node.address })
      : undefined;
  }

  /** Makes the hover, which VS Code asks for when the mouse rests on a row. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const server = this.#options.servers.getServer(node.address);
    const monitor = server?.monitor;
    if (node.kind === 'connection') {
      item.tooltip = server && createConnectionHover(server);
    } else if (node.kind === 'sink') {
      const sink = monitor?.snapshot.sinks.get(node.sinkId);
      item.tooltip = sink && createSinkHover(sink);
    } else if (node.kind === 'backfill' && monitor !== undefined) {
      const backfill = findBackfill(monitor.snapshot, node.sinkId, node.backfillId);
      item.tooltip = backfill && createBackfillHover(backfill, monitor);
    }
    return item;
  }

  /** Takes note of a row that the user expanded or collapsed, so that it is drawn so from now on. */
  setExpanded(node: TreeNode, expanded: boolean): void {
    this.#options.expandedRows.setExpanded(this.#renderNode(node).id, expanded);
  }

  /** Shows the next past backfills of a sink. */
  showMore(address: string, sinkId: string): void {
    const sink = this.#internNode({ kind: 'sink', address, sinkId });
    this.#visibleCounts.set(sink, this.#getVisibleCount(sink) + pageSize);
    this.#onDidChangeTreeData.fire([sink]);
  }

  /** To be called when the user wants the tree otherwise. */
  refreshAll(): void {
    this.#renderedRows.clear();
    this.#children.clear();
    this.#onDidChangeTreeData.fire(undefined);
  }

  /** Where a server is only called otherwise, its row is drawn anew and all others are left alone. */
  #refreshServers(): void {
    const monitors = this.#options.servers.all.map(({ monitor }) => monitor);
    const previousMonitors = this.#lastMonitors;
    this.#lastMonitors = monitors;
    const rootChildren = this.#children.get(undefined);
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

  /** Fires the rows whose drawing changed; a parent only where the rows below it did. */
  #refresh(monitor: ServerMonitor, change: SnapshotChange): void {
    const rootChildren = this.#children.get(undefined);
    if (rootChildren === undefined) {
      return;
    }
    const connectionNode = this.#getConnectionNode(monitor);
    const sinks = this.#children.get(connectionNode);
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
      const sink = this.#internNode({ kind: 'sink', address: monitor.connection.address, sinkId });
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

  /** The rows that a change is about, and those that change with time alone: the open ones, now and then all. */
  *#findCandidates(
    monitor: ServerMonitor,
    { changedSinkIds }: SnapshotChange,
    sinks: readonly TreeNode[],
  ): Generator<TreeNode> {
    const now = this.#options.clock.now();
    // Each server's rows by themselves: one that is busy must not keep those of another from their turn.
    const isFullRefresh =
      now - (this.#lastFullRefreshAt.get(monitor) ?? Number.NEGATIVE_INFINITY) >= relativeTimeRefreshMs;
    if (isFullRefresh) {
      this.#lastFullRefreshAt.set(monitor, now);
    }
    for (const sink of sinks) {
      if (sink.kind !== 'sink') {
        continue;
      }
      if (changedSinkIds.has(sink.sinkId)) {
        yield sink;
      }
      const children = this.#children.get(sink) ?? [];
      if (isFullRefresh || changedSinkIds.has(sink.sinkId)) {
        yield* children;
      } else if (children.length > 0) {
        const unfinishedIds = new Set(
          backfillsOf(monitor.snapshot, sink.sinkId)
            .filter(isUnfinished)
            .map(({ id }) => id),
        );
        yield* children.filter((node) => node.kind === 'backfill' && unfinishedIds.has(node.backfillId));
      }
    }
  }

  /** The row that a server's sinks are below; undefined: they are at the root. */
  #getConnectionNode({ connection }: ServerMonitor): TreeNode | undefined {
    return this.#options.servers.all.length > 1
      ? this.#internNode({ kind: 'connection', address: connection.address })
      : undefined;
  }

  #hasChanged(node: TreeNode): boolean {
    const rendered = this.#renderedRows.get(node);
    return rendered !== undefined && !areSameRows(rendered.row, this.#renderNode(node));
  }

  #renderNode(node: TreeNode): TreeRow {
    const { servers } = this.#options;
    const snapshot = servers.getMonitor(node.address)?.snapshot;
    const rendered = this.#renderedRows.get(node);
    // A server may be called otherwise without anything new from it.
    if (snapshot !== undefined && rendered?.snapshot === snapshot && node.kind !== 'connection') {
      return rendered.row;
    }
    const row = renderRow(node, servers);
    this.#renderedRows.set(node, { row, snapshot });
    return row;
  }

  #collapsibleState(node: TreeNode, { id }: TreeRow): TreeItemCollapsibleState {
    if (node.kind !== 'sink' && node.kind !== 'connection') {
      return TreeItemCollapsibleState.None;
    }
    // A server is open until the user closes it.
    return this.#options.expandedRows.isExpanded(id, node.kind === 'connection')
      ? TreeItemCollapsibleState.Expanded
      : TreeItemCollapsibleState.Collapsed;
  }

  #getChildNodes(parent: TreeNode | undefined): TreeNode[] {
    return this.#createChildNodes(parent).map((node) => this.#internNode(node));
  }

  #createChildNodes(parent: TreeNode | undefined): TreeNode[] {
    const { servers } = this.#options;
    const displayOptions = this.#options.displayOptions();
    if (parent === undefined) {
      return createRootNodes(servers.all, displayOptions);
    }
    const server = servers.getServer(parent.address);
    if (parent.kind === 'connection') {
      return server === undefined ? [] : createConnectionChildren(server, displayOptions);
    }
    return parent.kind === 'sink' && server?.monitor !== undefined
      ? createBackfillNodes(
          server.monitor,
          parent.sinkId,
          this.#getVisibleCount(this.#internNode(parent)),
          displayOptions,
        )
      : [];
  }

  #getVisibleCount(sink: SinkNode): number {
    return this.#visibleCounts.get(sink) ?? pageSize;
  }

  /** The one object for a row: the same as before if nothing in it is new. */
  #internNode<N extends TreeNode>(node: N): N {
    const key = getNodeKey(node);
    const existing = this.#nodes.get(key);
    if (existing !== undefined) {
      return existing as N;
    }
    this.#nodes.set(key, node);
    return node;
  }
}

function getNodeKey(node: TreeNode): string {
  switch (node.kind) {
    case 'connection':
    case 'sink':
    case 'backfill':
      return getRefKey(node);
    case 'message':
      return JSON.stringify(node);
  }
}

/** A request set out: that changes no row but one that says so in place of the sinks. */
function isLoadingOnly({ snapshot }: ServerMonitor, { changedSinkIds }: SnapshotChange): boolean {
  return snapshot.sinksLoad.loading && changedSinkIds.size === 0;
}

function areSameMonitors(
  previous: readonly (ServerMonitor | undefined)[],
  current: readonly (ServerMonitor | undefined)[],
): boolean {
  // Two that are signed out may be so for different reasons.
  return (
    previous.length === current.length &&
    current.every((monitor, index) => monitor !== undefined && monitor === previous[index])
  );
}

function areSameNodes(previous: readonly TreeNode[], current: readonly TreeNode[]): boolean {
  return previous.length === current.length && previous.every((node, index) => node === current[index]);
}
