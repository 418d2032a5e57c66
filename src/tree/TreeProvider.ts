import * as vscode from 'vscode';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import {
  areActionsUnavailable,
  findBackfill,
  getBackfillsOfSink,
  type Snapshot,
  type SnapshotChange,
} from '../servers/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, MutableDisposable } from '../shared/lifecycle.ts';
import type { Row } from './RowKind.ts';
import { hasConnectionRows } from './rows/connection.ts';
import { type RowSource, ShownRows } from './ShownRows.ts';
import { getParentNode, getRowId, type TreeNode } from './TreeNode.ts';

/**
 * The minimum time between updates of the relative times in backfill rows, such as from `2 min ago` to `3 min ago`, in
 * ms. An update waits for the next change of the snapshot.
 */
const relativeTimeIntervalMs = 20_000;

/** The dependencies of a {@link TreeProvider}. */
export interface TreeProviderOptions extends RowSource {
  readonly servers: ServerRegistry;
  readonly clock: Clock;
  /** The rows that the user expanded or collapsed. VS Code doesn't restore their state after a reload. */
  readonly expandedRows: RowSource['expandedRows'] & { setExpanded(id: string, expanded: boolean): void };
}

/** Provides the rows of a view to VS Code, and refreshes those that changed. */
export class TreeProvider extends DisposableBase implements vscode.TreeDataProvider<TreeNode> {
  readonly #options: TreeProviderOptions;
  readonly #rows: ShownRows;
  #isVisible = true;
  /**
   * What the rows of each server last showed. Kept for each server, so that frequent changes of one server don't delay
   * the relative times of another server.
   */
  readonly #lastShown = new WeakMap<ServerMonitor, { relativeTimesAt: number; isDimmed: boolean }>();
  /** Changed rows to refresh later, and the timer for them. */
  #deferred: ReadonlySet<TreeNode> = new Set();
  readonly #timer = this.register(new MutableDisposable());
  readonly #onDidChangeTreeData = this.register(new vscode.EventEmitter<TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;

  constructor(options: TreeProviderOptions) {
    super();
    this.#options = options;
    const { servers } = options;
    this.#rows = new ShownRows(options);
    this.register(
      servers.onDidChangeServers(() => {
        this.#rows.prune();
        this.refresh();
      }),
    );
    this.register(
      servers.onDidChangeSnapshot(({ monitor, change }) => {
        this.#handleChange(monitor, change);
      }),
    );
  }

  getChildren(parent?: TreeNode): TreeNode[] {
    const children = this.#rows.getChildren(parent);
    if (parent?.kind === 'sink') {
      const monitor = this.#options.servers.getMonitor(parent.connectionId);
      if (monitor?.snapshot.backfillListLoads.has(parent.sinkId) === false) {
        // The load of the list is planned here because VS Code fires no expansion event for a row that is returned as
        // expanded, such as after a reload.
        monitor.reschedule();
      }
    }
    return children;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const row = this.#rows.render(node, this.#options.clock.now());
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const isExpanded = this.#rows.isExpanded(node);
    const item = new vscode.TreeItem(
      row?.label ?? '',
      isExpanded === undefined ? None : isExpanded ? Expanded : Collapsed,
    );
    item.id = getRowId(node);
    // A row without content is about to disappear, because its parent is refreshed next.
    return row === undefined ? item : Object.assign(item, toItemProperties(row));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    const parent = getParentNode(node, hasConnectionRows(this.#options.servers.all));
    return parent && this.#rows.intern(parent);
  }

  /** Creates the hover, which VS Code requests when the pointer rests on a row. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    item.tooltip = this.#rows.createHover(node, this.#options.clock.now()) ?? item.tooltip;
    return item;
  }

  /** The ids of a server's expanded sinks: those that show their backfills. */
  listExpandedSinkIds({ connection }: ServerMonitor): string[] {
    return this.#rows.listExpandedSinkIds(connection.id);
  }

  /** Records that the user expanded or collapsed a row. Rows below a collapsed row are not kept up to date. */
  setExpanded(node: TreeNode, expanded: boolean): void {
    this.#options.expandedRows.setExpanded(getRowId(node), expanded);
    this.refresh();
    this.#options.servers.getMonitor(node.connectionId)?.reschedule();
  }

  /** Records whether the view is visible. The rows of a hidden view are not kept up to date. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.refresh();
  }

  /** Shows more of a sink's backfills, and loads older backfills if the snapshot lacks them. */
  showMore(connectionId: string, sinkId: string): void {
    const sink = this.#rows.intern({ kind: 'sink', connectionId, sinkId });
    const maxBackfills = this.#rows.showMore(sink);
    const monitor = this.#options.servers.getMonitor(connectionId);
    if (
      monitor !== undefined &&
      (monitor.snapshot.backfillListLoads.get(sinkId)?.olderCount ?? 0) > 0 &&
      maxBackfills > getBackfillsOfSink(monitor.snapshot, sinkId).length
    ) {
      void monitor.backfillLists.loadOlder(sinkId);
    }
    this.#onDidChangeTreeData.fire([sink]);
  }

  /** Refreshes the rows that have changed. Compares only the rows for which `mayHaveChanged` returns true. */
  refresh(mayHaveChanged: (node: TreeNode) => boolean = () => true): void {
    this.#rows.invalidate();
    if (!this.#isVisible) {
      return;
    }
    const { clock } = this.#options;
    const now = clock.now();
    const outdated = this.#rows.findOutdated(now, (node) => mayHaveChanged(node) || this.#deferred.has(node));
    if (outdated.isRootOutdated) {
      this.#onDidChangeTreeData.fire(undefined);
    } else if (outdated.nodes.length > 0) {
      this.#onDidChangeTreeData.fire([...outdated.nodes]);
    }
    this.#deferred = new Set(outdated.deferred);
    this.#timer.value =
      outdated.deferredUntil === Infinity
        ? undefined
        : clock.schedule(outdated.deferredUntil - now, () => {
            this.refresh(() => false);
          });
  }

  #handleChange(monitor: ServerMonitor, change: SnapshotChange): void {
    const { snapshot } = monitor;
    const now = this.#options.clock.monotonicNow();
    const isDimmed = areActionsUnavailable(snapshot);
    const lastShown = this.#lastShown.get(monitor);
    const hasDimmingChanged = isDimmed !== (lastShown?.isDimmed ?? false);
    const areRelativeTimesDue =
      lastShown === undefined || now - lastShown.relativeTimesAt >= relativeTimeIntervalMs;
    this.#lastShown.set(monitor, {
      relativeTimesAt: areRelativeTimesDue ? now : lastShown.relativeTimesAt,
      isDimmed,
    });
    if (areRelativeTimesDue || change.sinkListChanged) {
      this.#rows.prune();
    }
    this.refresh(
      (node) =>
        node.connectionId === monitor.connection.id &&
        (hasDimmingChanged ||
          node.kind === 'connection' ||
          node.sinkId === undefined ||
          change.changedSinkIds.has(node.sinkId) ||
          (areRelativeTimesDue && node.kind === 'backfill') ||
          showsActiveBackfill(node, snapshot)),
    );
  }
}

/** Whether a row shows an active backfill. Time left and stalls change even if the data doesn't. */
function showsActiveBackfill(node: TreeNode, snapshot: Snapshot): boolean {
  return node.kind === 'backfill'
    ? findBackfill(snapshot, node.sinkId, node.backfillId)?.state === 'active'
    : node.kind === 'sink' &&
        getBackfillsOfSink(snapshot, node.sinkId).some(({ state }) => state === 'active');
}

/** Converts a row to VS Code's type. Leaves out the hover, because `resolveTreeItem` creates it on demand. */
function toItemProperties({ icon, accessibleLabel, ...properties }: Row): Partial<vscode.TreeItem> {
  return {
    ...properties,
    accessibilityInformation: { label: accessibleLabel },
    ...(icon && {
      iconPath: new vscode.ThemeIcon(
        icon.id,
        icon.color === undefined ? undefined : new vscode.ThemeColor(icon.color),
      ),
    }),
  };
}
