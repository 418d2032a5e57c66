import * as vscode from 'vscode';
import { TreeItemCollapsibleState } from 'vscode';
import { isOpen } from '../model/Backfill.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import { backfillsOf, findBackfill, type Snapshot, type SnapshotChange } from '../monitor/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { backfillHover, sinkHover } from './hover.ts';
import { rootNodes, sinkNodes, type OutlineOptions } from './outline.ts';
import { drawRow, isSameRow, toTreeItem, type Row } from './rows.ts';
import type { BackfillNode, SinkNode, TreeNode } from './TreeNode.ts';

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
  readonly expanded: { has(id: string): boolean; set(id: string, expanded: boolean): void };
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
  /** The rows below a sink, or below the root (''), as last handed out. */
  readonly #children = new Map<string, readonly TreeNode[]>();
  readonly #shown = new Map<string, number>();
  #sweptAt = Number.NEGATIVE_INFINITY;
  readonly #onDidChangeTreeData = this.register(new vscode.EventEmitter<TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;

  constructor(parts: TreeParts) {
    super();
    this.#parts = parts;
    this.register(
      parts.monitors.onDidSwitch(() => {
        this.#nodes.clear();
        this.#shown.clear();
        this.redrawAll();
      }),
    );
    this.register(
      parts.monitors.onDidChange((change) => {
        this.#redraw(change);
      }),
    );
  }

  getChildren(parent?: TreeNode): TreeNode[] {
    const monitor = this.#parts.monitors.current;
    if (monitor === undefined || (parent !== undefined && parent.kind !== 'sink')) {
      return [];
    }
    if (parent !== undefined) {
      // Asked here, since VS Code does not tell of rows that it expands again after a reload.
      monitor.ensureHistory(parent.sinkId);
    }
    const children = this.#rowsBelow(monitor, parent?.sinkId ?? '');
    this.#children.set(parent?.sinkId ?? '', children);
    return children;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const row = this.#draw(node);
    return toTreeItem(row, this.#collapsibleState(node, row));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.kind === 'sink' || node.sinkId === undefined ? undefined : this.#sinkNode(node.sinkId);
  }

  /** Makes the hover, which VS Code asks for when the mouse rests on a row. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const monitor = this.#parts.monitors.current;
    const sink = node.sinkId === undefined ? undefined : monitor?.snapshot.sinks.get(node.sinkId);
    if (node.kind === 'sink' && sink !== undefined) {
      item.tooltip = sinkHover(sink);
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
  showMore(sinkId: string): void {
    this.#shown.set(sinkId, this.#shownOf(sinkId) + pageSize);
    this.#onDidChangeTreeData.fire([this.#sinkNode(sinkId)]);
  }

  /** To be called when the user wants the tree otherwise. */
  redrawAll(): void {
    this.#drawn.clear();
    this.#children.clear();
    this.#onDidChangeTreeData.fire(undefined);
  }

  /** Fires the rows whose drawing changed; a parent only where the rows below it did. */
  #redraw(change: SnapshotChange): void {
    const monitor = this.#parts.monitors.current;
    const root = this.#children.get('');
    if (monitor === undefined || root === undefined) {
      return;
    }
    if (monitor.snapshot.sinksLoad.loading && change.sinkIds.size === 0 && root[0]?.kind === 'sink') {
      // A request set out: that changes no row but one that says so in place of the sinks.
      return;
    }
    if (!sameNodes(root, this.#rowsBelow(monitor, ''))) {
      this.#onDidChangeTreeData.fire(undefined);
      return;
    }
    const changed = new Set<TreeNode>();
    for (const sinkId of change.sinkIds) {
      const children = this.#children.get(sinkId);
      if (children !== undefined && !sameNodes(children, this.#rowsBelow(monitor, sinkId))) {
        changed.add(this.#sinkNode(sinkId));
      }
    }
    for (const node of this.#perhapsChanged(monitor, change)) {
      if (this.#looksDifferent(node)) {
        changed.add(node);
      }
    }
    if (changed.size > 0) {
      this.#onDidChangeTreeData.fire([...changed]);
    }
  }

  /** The rows that a change is about, and those that change with time alone: the open ones, now and then all. */
  *#perhapsChanged({ snapshot }: Monitor, { sinkIds }: SnapshotChange): Generator<TreeNode> {
    const now = this.#parts.clock.now();
    const sweep = now - this.#sweptAt >= sweepMs;
    if (sweep) {
      this.#sweptAt = now;
    }
    for (const [sinkId, children] of this.#children) {
      if (sinkId === '') {
        yield* children.filter((node) => node.kind === 'sink' && sinkIds.has(node.sinkId));
      } else if (sweep || sinkIds.has(sinkId)) {
        yield* children;
      } else {
        const open = new Set(
          backfillsOf(snapshot, sinkId)
            .filter(isOpen)
            .map(({ id }) => id),
        );
        yield* children.filter((node) => node.kind === 'backfill' && open.has(node.backfillId));
      }
    }
  }

  #looksDifferent(node: TreeNode): boolean {
    const before = this.#drawn.get(node);
    return before !== undefined && !isSameRow(before.row, this.#draw(node));
  }

  #draw(node: TreeNode): Row {
    const monitor = this.#parts.monitors.current;
    const from = monitor?.snapshot;
    const drawn = this.#drawn.get(node);
    if (drawn?.from === from && drawn !== undefined) {
      return drawn.row;
    }
    const row = drawRow(node, monitor);
    this.#drawn.set(node, { row, from });
    return row;
  }

  #collapsibleState(node: TreeNode, { id }: Row): TreeItemCollapsibleState {
    if (node.kind !== 'sink') {
      return TreeItemCollapsibleState.None;
    }
    return this.#parts.expanded.has(id)
      ? TreeItemCollapsibleState.Expanded
      : TreeItemCollapsibleState.Collapsed;
  }

  #rowsBelow({ snapshot }: Monitor, sinkId: string): TreeNode[] {
    const options = this.#parts.options();
    const nodes =
      sinkId === ''
        ? rootNodes(snapshot, options)
        : sinkNodes(snapshot, sinkId, this.#shownOf(sinkId), options);
    return nodes.map((node) => this.#keep(node));
  }

  #shownOf(sinkId: string): number {
    return this.#shown.get(sinkId) ?? pageSize;
  }

  #sinkNode(sinkId: string): SinkNode {
    return this.#keep({ kind: 'sink', sinkId });
  }

  /** The one object for a row: the same as before if nothing in it is new. */
  #keep<N extends TreeNode>(node: N): N {
    const key = node.kind === 'message' ? JSON.stringify(node) : keyOf(node);
    const known = this.#nodes.get(key);
    if (known !== undefined) {
      return known as N;
    }
    this.#nodes.set(key, node);
    return node;
  }
}

function keyOf(node: SinkNode | BackfillNode): string {
  return node.kind === 'sink' ? node.sinkId : `${node.sinkId}/${node.backfillId}`;
}

function sameNodes(before: readonly TreeNode[], after: readonly TreeNode[]): boolean {
  return before.length === after.length && before.every((node, index) => node === after[index]);
}
