import * as vscode from 'vscode';
import { connectionName } from '../model/Connection.ts';
import { concernsOf } from '../monitor/attention.ts';
import type { LastLooked } from '../monitor/LastLooked.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { staleText } from '../text/messageText.ts';
import { badgeText } from '../text/statusText.ts';
import type { SinksTreeProvider } from './SinksTreeProvider.ts';
import type { TreeNode } from './TreeNode.ts';

export interface SinksViewParts {
  readonly tree: SinksTreeProvider;
  readonly monitors: Monitors;
  readonly clock: Clock;
  readonly lastLooked: LastLooked;
}

/** The view of sinks: keeps the monitor live while it can be seen, and says when what it shows is old. */
export class SinksView extends DisposableBase {
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #parts: SinksViewParts;
  #watch: Disposable | undefined;

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
      monitors.onDidChange(({ sinksLoad }) => {
        if (sinksLoad) {
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
    this.#watch?.dispose();
    this.#parts.lastLooked.setLooking(false);
    super.dispose();
  }

  #follow(): void {
    this.#watch?.dispose();
    this.#watch = this.#view.visible ? this.#parts.monitors.current?.watch('view') : undefined;
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
    const { current } = monitors;
    const concerns = current && concernsOf(current.snapshot, current.serverNow, lastLooked.at);
    const badge = concerns && badgeText(concerns.stalled.length, concerns.failed.length);
    if (badge?.tooltip !== this.#view.badge?.tooltip) {
      this.#view.badge = badge;
    }
  }

  #say(): void {
    const { monitors, clock } = this.#parts;
    const message =
      monitors.current === undefined
        ? ''
        : staleText({
            load: monitors.current.snapshot.sinksLoad,
            server: connectionName(monitors.current.connection),
            now: clock.now(),
          });
    // Setting it anew draws it anew.
    if ((this.#view.message ?? '') !== message) {
      this.#view.message = message;
    }
  }
}
