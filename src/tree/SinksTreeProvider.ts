import * as vscode from 'vscode';
import { TreeItemCollapsibleState } from 'vscode';
import { isOpen } from '../model/Backfill.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import { backfillsOf, findBackfill, type Snapshot, type SnapshotChange } from '../monitor/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { backfillHover, connectionHover, sinkHover } from './hover.ts';
import { backfillNodes, rootNodes, serverNodes, type OutlineOptions } from './outline.ts';
import { drawRow, isSameRow, toTreeItem, type Row } from './rows.ts';
import type { SinkNode, TreeNode } from './TreeNode.ts';

/** How many backfills of a sink are shown at first, and how many more each time. */
const pageSize = 50;

/** How often rows are looked at that did not change themselves: `2 min ago` becomes `3 min ago`. */
const sweepMs = 20_000;

/** What the tree is drawn from, besides the monitors. */
export interface TreeParts {
  readonly monitors: Monitors;
  readonly clock: Clock;
  readonly options: () => OutlineOptions;
  /** Ids of the rows that the user expanded: VS Code forgets them with a reload. */
  readonly expanded: {
    has(id: string, unlessTold: boolean): boolean;
    set(id: string, expanded: boolean): void;
  };
}

/**
 * The tree of sinks and their backfills. It holds no data, only which rows it drew and how, so that a change
 * redraws the rows whose words or icons changed, and no other.
 */
export class SinksTreeProvider extends DisposableBase implements vscode.TreeDataProvider<TreeNode> {
  readonly #parts: TreeParts;
  /** One object for each row, since VS Code knows rows by identity. */
  readonly #nodes = new Map<string, TreeNode>();
  /** How each row was last drawn, and from what: from the same snapshot it looks the same. */
  readonly #drawn = new Map<TreeNode, { readonly row: Row; readonly from: Snapshot | undefined }>();
  /** The rows below a row, or at the root (undefined), as last handed out. */
  readonly #children = new Map<TreeNode | undefined, readonly TreeNode[]>();
  /** How many backfills of a sink are shown, where it is not the first page alone. */
  readonly #shown = new Map<SinkNode, number>();
  #monitors: readonly (Monitor | undefined)[] = [];
  readonly #sweptAt = new WeakMap<Monitor, number>();
  readonly #onDidChangeTreeData = this.register(new vscode.EventEmitter<TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;

  constructor(parts: TreeParts) {
    super();
    this.#parts = parts;
    this.register(
      parts.monitors.onDidSwitch(() => {
        for (const [key, node] of this.#nodes) {
          if (parts.monitors.server(node.address) === undefined) {
            this.#nodes.delete(key);
          }
        }
        this.#redrawServers();
      }),
    );
    this.register(
      parts.monitors.onDidChange(({ monitor, change }) => {
        this.#redraw(monitor, change);
      }),
    );
  }

  getChildren(parent?: TreeNode): TreeNode[] {
    if (parent?.kind === 'sink') {
      // Asked here, since VS Code does not tell of rows that it expands again after a reload.
      this.#parts.monitors.of(parent.address)?.ensureHistory(parent.sinkId);
    }
    const children = this.#rowsBelow(parent);
    this.#children.set(parent && this.#keep(parent), children);
    return children;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const row = this.#draw(node);
    return toTreeItem(row, this.#collapsibleState(node, row));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'connection') {
      return undefined;
    }
    if (node.kind !== 'sink' && node.sinkId !== undefined) {
      return this.#keep({ kind: 'sink', address: node.address, sinkId: node.sinkId });
    }
    return this.#parts.monitors.servers.length > 1
      ? this.#keep({ kind: 'connection', address: node.address })
      : undefined;
  }

  /** Makes the hover, which VS Code asks for when the mouse rests on a row. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const server = this.#parts.monitors.server(node.address);
    const monitor = server?.monitor;
    if (node.kind === 'connection') {
      item.tooltip = server && connectionHover(server);
    } else if (node.kind === 'sink') {
      const sink = monitor?.snapshot.sinks.get(node.sinkId);
      item.tooltip = sink && sinkHover(sink);
    } else if (node.kind === 'backfill' && monitor !== undefined) {
      const backfill = findBackfill(monitor.snapshot, node.sinkId, node.backfillId);
      item.tooltip = backfill && backfillHover(backfill, monitor);
    }
    return item;
  }

  /** Takes note of a row that the user expanded or collapsed, so that it is drawn so from now on. */
  setExpanded(node: TreeNode, expanded: boolean): void {
    this.#parts.expanded.set(this.#draw(node).id, expanded);
  }

  /** Shows the next past backfills of a sink. */
  showMore(address: string, sinkId: string): void {
    const sink = this.#keep({ kind: 'sink', address, sinkId });
    this.#shown.set(sink, this.#shownOf(sink) + pageSize);
    this.#onDidChangeTreeData.fire([sink]);
  }

  /** To be called when the user wants the tree otherwise. */
  redrawAll(): void {
    this.#drawn.clear();
    this.#children.clear();
    this.#onDidChangeTreeData.fire(undefined);
  }

  /** Where a server is only called otherwise, its row is drawn anew and all others are left alone. */
  #redrawServers(): void {
    const monitors = this.#parts.monitors.servers.map(({ monitor }) => monitor);
    const before = this.#monitors;
    this.#monitors = monitors;
    const root = this.#children.get(undefined);
    const isSame = root !== undefined && sameNodes(root, this.#rowsBelow(undefined));
    if (!isSame || !sameMonitors(before, monitors)) {
      this.redrawAll();
      return;
    }
    const changed = root.filter((node) => node.kind === 'connection' && this.#looksDifferent(node));
    if (changed.length > 0) {
      this.#onDidChangeTreeData.fire(changed);
    }
  }

  /** Fires the rows whose drawing changed; a parent only where the rows below it did. */
  #redraw(monitor: Monitor, change: SnapshotChange): void {
    const root = this.#children.get(undefined);
    if (root === undefined) {
      return;
    }
    const top = this.#topOf(monitor);
    const sinks = this.#children.get(top);
    const changed = new Set<TreeNode>();
    if (top !== undefined && this.#looksDifferent(top)) {
      changed.add(top);
    }
    if (sinks !== undefined && !(onlyAsks(monitor, change) && sinks[0]?.kind === 'sink')) {
      if (!sameNodes(sinks, this.#rowsBelow(top))) {
        this.#onDidChangeTreeData.fire(top === undefined ? undefined : [top]);
        return;
      }
      this.#addChanged(monitor, change, sinks, changed);
    }
    if (changed.size > 0) {
      this.#onDidChangeTreeData.fire([...changed]);
    }
  }

  #addChanged(
    monitor: Monitor,
    change: SnapshotChange,
    sinks: readonly TreeNode[],
    changed: Set<TreeNode>,
  ): void {
    for (const sinkId of change.sinkIds) {
      const sink = this.#keep({ kind: 'sink', address: monitor.connection.address, sinkId });
      const children = this.#children.get(sink);
      if (children !== undefined && !sameNodes(children, this.#rowsBelow(sink))) {
        changed.add(sink);
      }
    }
    for (const node of this.#perhapsChanged(monitor, change, sinks)) {
      if (this.#looksDifferent(node)) {
        changed.add(node);
      }
    }
  }

  /** The rows that a change is about, and those that change with time alone: the open ones, now and then all. */
  *#perhapsChanged(
    monitor: Monitor,
    { sinkIds }: SnapshotChange,
    sinks: readonly TreeNode[],
  ): Generator<TreeNode> {
    const now = this.#parts.clock.now();
    // Each server's rows by themselves: one that is busy must not keep those of another from their turn.
    const sweep = now - (this.#sweptAt.get(monitor) ?? Number.NEGATIVE_INFINITY) >= sweepMs;
    if (sweep) {
      this.#sweptAt.set(monitor, now);
    }
    for (const sink of sinks) {
      if (sink.kind !== 'sink') {
        continue;
      }
      if (sinkIds.has(sink.sinkId)) {
        yield sink;
      }
      const children = this.#children.get(sink) ?? [];
      if (sweep || sinkIds.has(sink.sinkId)) {
        yield* children;
      } else if (children.length > 0) {
        const open = new Set(
          backfillsOf(monitor.snapshot, sink.sinkId)
            .filter(isOpen)
            .map(({ id }) => id),
        );
        yield* children.filter((node) => node.kind === 'backfill' && open.has(node.backfillId));
      }
    }
  }

  /** The row that a server's sinks are below; undefined: they are at the root. */
  #topOf({ connection }: Monitor): TreeNode | undefined {
    return this.#parts.monitors.servers.length > 1
      ? this.#keep({ kind: 'connection', address: connection.address })
      : undefined;
  }

  #looksDifferent(node: TreeNode): boolean {
    const before = this.#drawn.get(node);
    return before !== undefined && !isSameRow(before.row, this.#draw(node));
  }

  #draw(node: TreeNode): Row {
    const { monitors } = this.#parts;
    const from = monitors.of(node.address)?.snapshot;
    const drawn = this.#drawn.get(node);
    // A server may be called otherwise without anything new from it.
    if (from !== undefined && drawn?.from === from && node.kind !== 'connection') {
      return drawn.row;
    }
    const row = drawRow(node, monitors);
    this.#drawn.set(node, { row, from });
    return row;
  }

  #collapsibleState(node: TreeNode, { id }: Row): TreeItemCollapsibleState {
    if (node.kind !== 'sink' && node.kind !== 'connection') {
      return TreeItemCollapsibleState.None;
    }
    // A server is open until the user closes it.
    return this.#parts.expanded.has(id, node.kind === 'connection')
      ? TreeItemCollapsibleState.Expanded
      : TreeItemCollapsibleState.Collapsed;
  }

  #rowsBelow(parent: TreeNode | undefined): TreeNode[] {
    return this.#outline(parent).map((node) => this.#keep(node));
  }

  #outline(parent: TreeNode | undefined): TreeNode[] {
    const { monitors } = this.#parts;
    const options = this.#parts.options();
    if (parent === undefined) {
      return rootNodes(monitors.servers, options);
    }
    const server = monitors.server(parent.address);
    if (parent.kind === 'connection') {
      return server === undefined ? [] : serverNodes(server, options);
    }
    return parent.kind === 'sink' && server?.monitor !== undefined
      ? backfillNodes(server.monitor, parent.sinkId, this.#shownOf(this.#keep(parent)), options)
      : [];
  }

  #shownOf(sink: SinkNode): number {
    return this.#shown.get(sink) ?? pageSize;
  }

  /** The one object for a row: the same as before if nothing in it is new. */
  #keep<N extends TreeNode>(node: N): N {
    const key = keyOf(node);
    const known = this.#nodes.get(key);
    if (known !== undefined) {
      return known as N;
    }
    this.#nodes.set(key, node);
    return node;
  }
}

function keyOf(node: TreeNode): string {
  switch (node.kind) {
    case 'connection':
      return node.address;
    case 'sink':
      return `${node.address} ${node.sinkId}`;
    case 'backfill':
      return `${node.address} ${node.sinkId} ${node.backfillId}`;
    case 'message':
      return JSON.stringify(node);
  }
}

/** A request set out: that changes no row but one that says so in place of the sinks. */
function onlyAsks({ snapshot }: Monitor, { sinkIds }: SnapshotChange): boolean {
  return snapshot.sinksLoad.loading && sinkIds.size === 0;
}

function sameMonitors(
  before: readonly (Monitor | undefined)[],
  after: readonly (Monitor | undefined)[],
): boolean {
  // Two that are signed out may be so for different reasons.
  return (
    before.length === after.length &&
    after.every((monitor, index) => monitor !== undefined && monitor === before[index])
  );
}

function sameNodes(before: readonly TreeNode[], after: readonly TreeNode[]): boolean {
  return before.length === after.length && before.every((node, index) => node === after[index]);
}
