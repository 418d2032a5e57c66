import * as vscode from 'vscode';
import { viewIds } from '../contributions/viewIds.ts';
import { getConnectionName } from '../model/Connection.ts';
import { findAlerts } from '../servers/alerts.ts';
import type { LastViewed } from '../servers/LastViewed.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { getShownLoad } from '../servers/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { type Disposable, DisposableBase } from '../shared/lifecycle.ts';
import { createBadge } from '../text/backfillCountsText.ts';
import { describeMissingFeatures, describeProduction, getProductionLabel } from '../text/connectionText.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { describeQueue } from './hover.ts';
import type { SinksTreeProvider } from './SinksTreeProvider.ts';
import type { TreeNode } from './TreeNode.ts';

export interface SinksViewOptions {
  readonly tree: SinksTreeProvider;
  readonly servers: ServerRegistry;
  readonly clock: Clock;
  readonly lastViewed: LastViewed;
}

/** The sinks view: polls while it is visible, and shows a message when its data is stale. */
export class SinksView extends DisposableBase {
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #options: SinksViewOptions;
  #watches: readonly Disposable[] = [];

  constructor(options: SinksViewOptions) {
    super();
    this.#options = options;
    const { tree, servers, lastViewed } = options;
    this.#view = this.register(
      vscode.window.createTreeView(viewIds.sinks, {
        treeDataProvider: tree,
        showCollapseAll: true,
        canSelectMany: true,
      }),
    );
    const updateWatches = (): void => {
      this.#updateWatches();
    };
    this.register(this.#view.onDidChangeVisibility(updateWatches));
    this.register(servers.onDidChangeServers(updateWatches));
    this.register(
      this.#view.onDidExpandElement(({ element }) => {
        tree.setExpanded(element, true);
      }),
    );
    this.register(
      this.#view.onDidCollapseElement(({ element }) => {
        tree.setExpanded(element, false);
      }),
    );
    this.register(
      servers.onDidChangeSnapshot(() => {
        this.#updateHeader();
        this.#updateBadge();
      }),
    );
    this.register(
      lastViewed.onDidChange(() => {
        this.#updateBadge();
      }),
    );
    this.register(
      vscode.window.onDidChangeWindowState(() => {
        this.#updateLastViewed();
      }),
    );
    updateWatches();
  }

  /** The selected rows. */
  get selection(): readonly TreeNode[] {
    return this.#view.selection;
  }

  override dispose(): void {
    for (const watch of this.#watches) {
      watch.dispose();
    }
    this.#options.lastViewed.setVisible(false);
    super.dispose();
  }

  #updateWatches(): void {
    const { tree, servers } = this.#options;
    const { monitors } = servers;
    const previous = this.#watches;
    // Starts the new watches before disposing the old ones, so that polling doesn't pause.
    this.#watches = this.#view.visible
      ? monitors.map((monitor) => monitor.watch('view', () => tree.listExpandedSinks(monitor)))
      : [];
    for (const watch of previous) {
      watch.dispose();
    }
    tree.setVisible(this.#view.visible);
    this.#updateHeader();
    this.#updateLastViewed();
    this.#updateBadge();
  }

  /** Events that happen while the view is visible and focused don't count as new later. */
  #updateLastViewed(): void {
    this.#options.lastViewed.setVisible(this.#view.visible && vscode.window.state.focused);
  }

  /** Updates the badge of the view's icon with the number of backfills that need attention. */
  #updateBadge(): void {
    const { servers, lastViewed } = this.#options;
    const alerts = servers.monitors.map(({ snapshot, serverNow }) =>
      findAlerts(snapshot, serverNow, lastViewed.timestamp),
    );
    const badge = createBadge(
      alerts.flatMap(({ stalled }) => stalled).length,
      alerts.flatMap(({ failed }) => failed).length,
    );
    if (badge?.tooltip !== this.#view.badge?.tooltip) {
      this.#view.badge = badge;
    }
  }

  /** Updates the description and message of the view for a single connection. With several, their rows show the same. */
  #updateHeader(): void {
    const { servers, clock } = this.#options;
    const [only, ...others] = servers.all;
    const server = others.length === 0 ? only : undefined;
    const isProduction =
      server !== undefined && 'connection' in server.state && server.state.connection.production;
    const name = server === undefined ? '' : getConnectionName(server.state);
    const snapshot = server?.monitor?.snapshot;
    const staleMessage = snapshot
      ? describeStaleness({ load: getShownLoad(snapshot), server: name, now: clock.now() })
      : '';
    this.#view.description = [toDisplayText(name), isProduction ? getProductionLabel() : '']
      .filter(Boolean)
      .join(' · ');
    // The message repeats the production label because VS Code hides the description of the only view in a container.
    const message = [
      // VS Code hides the welcome content while there is a message.
      isProduction && snapshot !== undefined ? describeProduction(name) : '',
      server?.monitor === undefined ? '' : describeQueue(server.monitor),
      ...(staleMessage === '' ? describeMissingFeatures(snapshot?.version) : [staleMessage]),
    ]
      .filter(Boolean)
      .join(' ');
    // VS Code renders the view again on each assignment.
    if ((this.#view.message ?? '') !== message) {
      this.#view.message = message;
    }
  }
}
