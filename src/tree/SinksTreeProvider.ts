import * as vscode from 'vscode';
import { TreeItemCollapsibleState } from 'vscode';
import { compareNewestFirst, isOpen } from '../model/Backfill.ts';
import { compareByName } from '../model/Sink.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import {
  backfillsOf,
  findBackfill,
  neverLoaded,
  type Load,
  type SnapshotChange,
} from '../monitor/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import type { Message } from '../text/messageText.ts';
import { backfillHover, sinkHover } from './hover.ts';
import { drawRow, toTreeItem, type Row } from './rows.ts';
import type { BackfillNode, MessageNode, SinkNode, TreeNode } from './TreeNode.ts';

const expandedKey = 'sequin.expanded';

/** How many backfills of a sink are shown at first, and how many more each time. */
const pageSize = 50;

/**
 * The tree of sinks and their backfills. It holds no data, only which rows it drew and how, so that a change
 * redraws the rows whose words or icons changed, and no other.
 */
export class SinksTreeProvider extends DisposableBase implements vscode.TreeDataProvider<TreeNode> {
  readonly #monitors: Monitors;
  readonly #clock: Clock;
  readonly #memento: vscode.Memento;
  /** One object for each row, since VS Code knows rows by identity. */
  readonly #nodes = new Map<string, TreeNode>();
  readonly #drawn = new Map<TreeNode, Row>();
  /** The rows below a sink, or below the root (''), as last handed out. */
  readonly #children = new Map<string, readonly TreeNode[]>();
  readonly #shown = new Map<string, number>();
  readonly #onDidChangeTreeData = this.register(new vscode.EventEmitter<TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;

  /** `memento` keeps over a reload which rows are expanded: VS Code does not. */
  constructor(monitors: Monitors, clock: Clock, memento: vscode.Memento) {
    super();
    this.#memento = memento;
    this.#monitors = monitors;
    this.#clock = clock;
    this.register(
      monitors.onDidSwitch(() => {
        this.#nodes.clear();
        this.#drawn.clear();
        this.#children.clear();
        this.#shown.clear();
        this.#onDidChangeTreeData.fire(undefined);
      }),
    );
    this.register(
      monitors.onDidChange((change) => {
        this.#redraw(change);
      }),
    );
  }

  getChildren(parent?: TreeNode): TreeNode[] {
    const monitor = this.#monitors.current;
    if (monitor === undefined || (parent !== undefined && parent.kind !== 'sink')) {
      return [];
    }
    if (parent !== undefined) {
      // Asked here, since VS Code does not tell of rows that it expands again after a reload.
      monitor.ensureHistory(parent.sinkId);
    }
    const children = parent === undefined ? this.#rootRows(monitor) : this.#sinkRows(monitor, parent);
    this.#children.set(parent?.sinkId ?? '', children);
    return children;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const row = this.#draw(node);
    this.#drawn.set(node, row);
    return toTreeItem(
      row,
      node.kind === 'sink' ? this.#collapsibleState(row) : TreeItemCollapsibleState.None,
    );
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.kind === 'sink' || node.sinkId === undefined ? undefined : this.#sinkNode(node.sinkId);
  }

  /** Makes the hover, which VS Code asks for when the mouse rests on a row. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const snapshot = this.#monitors.current?.snapshot;
    const sink = node.sinkId === undefined ? undefined : snapshot?.sinks.get(node.sinkId);
    if (node.kind === 'sink' && sink !== undefined) {
      item.tooltip = sinkHover(sink);
    } else if (node.kind === 'backfill') {
      const backfill = snapshot && findBackfill(snapshot, node.sinkId, node.backfillId);
      item.tooltip = backfill && backfillHover(backfill, sink, this.#clock.now());
    }
    return item;
  }

  /** Takes note of a row that the user expanded or collapsed, so that it is drawn so from now on. */
  setExpanded(node: TreeNode, expanded: boolean): void {
    const { id } = this.#draw(node);
    const others = this.#expanded().filter((other) => other !== id);
    void this.#memento.update(expandedKey, expanded ? [...others, id] : others);
  }

  /** Shows the next past backfills of a sink. */
  showMore(sinkId: string): void {
    this.#shown.set(sinkId, (this.#shown.get(sinkId) ?? pageSize) + pageSize);
    this.#onDidChangeTreeData.fire([this.#sinkNode(sinkId)]);
  }

  #collapsibleState({ id }: Row): TreeItemCollapsibleState {
    return this.#expanded().includes(id)
      ? TreeItemCollapsibleState.Expanded
      : TreeItemCollapsibleState.Collapsed;
  }

  #expanded(): readonly string[] {
    return this.#memento.get<readonly string[]>(expandedKey, []);
  }

  #rootRows({ snapshot }: Monitor): TreeNode[] {
    const { sinks, sinksLoad } = snapshot;
    if (sinksLoad.loadedAt === undefined) {
      return [this.#messageNode(undefined, loadingOrFailed(sinksLoad))];
    }
    if (sinks.size === 0) {
      return [this.#messageNode(undefined, { kind: 'empty' })];
    }
    return [...sinks.values()].sort(compareByName).map(({ id }) => this.#sinkNode(id));
  }

  #sinkRows({ snapshot }: Monitor, { sinkId }: SinkNode): TreeNode[] {
    const backfills = backfillsOf(snapshot, sinkId).sort(compareNewestFirst);
    const load = snapshot.historyLoads.get(sinkId) ?? neverLoaded;
    if (load.loadedAt === undefined) {
      // The open ones are known from the list of sinks; the rest is on its way, or failed.
      return [
        ...backfills.filter(isOpen).map(({ id }) => this.#backfillNode(sinkId, id)),
        this.#messageNode(sinkId, loadingOrFailed(load)),
      ];
    }
    const shown = this.#shown.get(sinkId) ?? pageSize;
    const rows: TreeNode[] = backfills.slice(0, shown).map(({ id }) => this.#backfillNode(sinkId, id));
    if (load.failure !== undefined) {
      rows.unshift(this.#messageNode(sinkId, { kind: 'failed', failure: load.failure }));
    }
    if (backfills.length > shown) {
      rows.push(this.#messageNode(sinkId, { kind: 'more', hidden: backfills.length - shown }));
    }
    return rows.length > 0 ? rows : [this.#messageNode(sinkId, { kind: 'empty' })];
  }

  /** Fires the rows whose drawing changed; a parent only where the rows below it did. */
  #redraw(change: SnapshotChange): void {
    const monitor = this.#monitors.current;
    if (monitor === undefined) {
      return;
    }
    const before = this.#children.get('');
    if (before !== undefined && !sameRows(before, this.#rootRows(monitor))) {
      this.#onDidChangeTreeData.fire(undefined);
      return;
    }
    const changed: TreeNode[] = [];
    for (const [sinkId, children] of this.#children) {
      const parent = sinkId === '' ? undefined : this.#sinkNode(sinkId);
      if (
        parent !== undefined &&
        change.sinkIds.has(sinkId) &&
        !sameRows(children, this.#sinkRows(monitor, parent))
      ) {
        changed.push(parent);
        continue;
      }
      changed.push(...children.filter((node) => this.#looksDifferent(node)));
    }
    if (changed.length > 0) {
      this.#onDidChangeTreeData.fire(changed);
    }
  }

  /** Whether a row is to be drawn anew; also one that did not change itself: `2 min ago` becomes `3 min ago`. */
  #looksDifferent(node: TreeNode): boolean {
    const drawn = this.#drawn.get(node);
    const row = this.#draw(node);
    if (drawn === undefined || JSON.stringify(drawn) === JSON.stringify(row)) {
      return false;
    }
    this.#drawn.set(node, row);
    return true;
  }

  #draw(node: TreeNode): Row {
    return drawRow(node, this.#monitors.current, this.#clock.now());
  }

  #sinkNode(sinkId: string): SinkNode {
    return this.#keep({ kind: 'sink', sinkId });
  }

  #backfillNode(sinkId: string, backfillId: string): BackfillNode {
    return this.#keep({ kind: 'backfill', sinkId, backfillId });
  }

  #messageNode(sinkId: string | undefined, message: Message): MessageNode {
    return this.#keep({ kind: 'message', sinkId, message });
  }

  /** The one object for a row: the same as before if nothing in it is new. */
  #keep<N extends TreeNode>(node: N): N {
    const key = JSON.stringify(node);
    const known = this.#nodes.get(key);
    if (known !== undefined) {
      return known as N;
    }
    this.#nodes.set(key, node);
    return node;
  }
}

function loadingOrFailed({ loading, failure }: Load): Message {
  return failure === undefined || loading ? { kind: 'loading' } : { kind: 'failed', failure };
}

function sameRows(before: readonly TreeNode[], after: readonly TreeNode[]): boolean {
  return before.length === after.length && before.every((node, index) => node === after[index]);
}
