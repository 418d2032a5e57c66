import * as vscode from 'vscode';
import { nameOf } from '../model/Connection.ts';
import { concernsOf } from '../monitor/attention.ts';
import type { LastLooked } from '../monitor/LastLooked.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { productionLabel, productionText } from '../text/connectionText.ts';
import { staleText } from '../text/messageText.ts';
import { badgeText } from '../text/statusText.ts';
import { missingText } from '../text/versionText.ts';
import type { SinksTreeProvider } from './SinksTreeProvider.ts';
import type { TreeNode } from './TreeNode.ts';

export interface SinksViewParts {
  readonly tree: SinksTreeProvider;
  readonly monitors: Monitors;
  readonly clock: Clock;
  readonly lastLooked: LastLooked;
}

/** The view of sinks: keeps the monitors live while it can be seen, and says when what it shows is old. */
export class SinksView extends DisposableBase {
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #parts: SinksViewParts;
  #watches: readonly Disposable[] = [];

  constructor(parts: SinksViewParts) {
    super();
    this.#parts = parts;
    const { tree, monitors, lastLooked } = parts;
    this.#view = this.register(
      vscode.window.createTreeView('sequin.sinks', {
        treeDataProvider: tree,
        showCollapseAll: true,
        canSelectMany: true,
      }),
    );
    const follow = (): void => {
      this.#follow();
    };
    this.register(this.#view.onDidChangeVisibility(follow));
    this.register(monitors.onDidSwitch(follow));
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
      monitors.onDidChange(({ change }) => {
        if (change.sinksLoad) {
          this.#say();
        }
        this.#showBadge();
      }),
    );
    this.register(
      lastLooked.onDidChange(() => {
        this.#showBadge();
      }),
    );
    this.register(
      vscode.window.onDidChangeWindowState(() => {
        this.#look();
      }),
    );
    follow();
  }

  /** The rows that are selected. */
  get selection(): readonly TreeNode[] {
    return this.#view.selection;
  }

  override dispose(): void {
    for (const watch of this.#watches) {
      watch.dispose();
    }
    this.#parts.lastLooked.setLooking(false);
    super.dispose();
  }

  #follow(): void {
    const { all } = this.#parts.monitors;
    const before = this.#watches;
    // Before the others end: what is watched on and on is not to rest in between.
    this.#watches = this.#view.visible ? all.map((monitor) => monitor.watch('view')) : [];
    for (const watch of before) {
      watch.dispose();
    }
    this.#say();
    this.#look();
    this.#showBadge();
  }

  /** What the user sees now is no news later. */
  #look(): void {
    this.#parts.lastLooked.setLooking(this.#view.visible && vscode.window.state.focused);
  }

  /** On the view's icon: how many backfills need attention. */
  #showBadge(): void {
    const { monitors, lastLooked } = this.#parts;
    const concerns = monitors.all.map(({ snapshot, serverNow }) =>
      concernsOf(snapshot, serverNow, lastLooked.at),
    );
    const badge = badgeText(
      concerns.flatMap(({ stalled }) => stalled).length,
      concerns.flatMap(({ failed }) => failed).length,
    );
    if (badge?.tooltip !== this.#view.badge?.tooltip) {
      this.#view.badge = badge;
    }
  }

  /** Above the rows: which server they are of, and that they are old. Of several servers each row says it itself. */
  #say(): void {
    const { monitors, clock } = this.#parts;
    const [only, ...others] = monitors.servers;
    const server = others.length === 0 ? only : undefined;
    const production =
      server !== undefined && 'connection' in server.state && server.state.connection.production;
    const name = server === undefined ? '' : nameOf(server.state);
    const snapshot = server?.monitor?.snapshot;
    const stale = snapshot ? staleText({ load: snapshot.sinksLoad, server: name, now: clock.now() }) : '';
    this.#view.description = [name, production ? productionLabel() : ''].filter(Boolean).join(' · ');
    // VS Code hides the description of a view that is alone in its container.
    const message = [
      // Beside a message VS Code shows no welcome.
      production && snapshot !== undefined ? productionText(name) : '',
      ...(stale === '' ? missingText(snapshot?.version) : [stale]),
    ]
      .filter(Boolean)
      .join(' ');
    // Setting it anew draws it anew.
    if ((this.#view.message ?? '') !== message) {
      this.#view.message = message;
    }
  }
}
