import * as vscode from 'vscode';
import { connectionName } from '../model/Connection.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { staleText } from '../text/messageText.ts';
import type { SinksTreeProvider } from './SinksTreeProvider.ts';
import type { TreeNode } from './TreeNode.ts';

/** The view of sinks: keeps the monitor live while it can be seen, and says when what it shows is old. */
export class SinksView extends DisposableBase {
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #monitors: Monitors;
  #watch: Disposable | undefined;

  constructor(tree: SinksTreeProvider, monitors: Monitors) {
    super();
    this.#monitors = monitors;
    this.#view = this.register(
      vscode.window.createTreeView('sequin.sinks', { treeDataProvider: tree, showCollapseAll: true }),
    );
    this.register(
      this.#view.onDidChangeVisibility(() => {
        this.#follow();
      }),
    );
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
      monitors.onDidSwitch(() => {
        this.#follow();
      }),
    );
    this.register(
      monitors.onDidChange(() => {
        this.#say();
      }),
    );
    this.#follow();
  }

  override dispose(): void {
    this.#watch?.dispose();
    super.dispose();
  }

  #follow(): void {
    this.#watch?.dispose();
    this.#watch = this.#view.visible ? this.#monitors.current?.watch() : undefined;
    this.#say();
  }

  #say(): void {
    const { current } = this.#monitors;
    const load = current?.snapshot.sinksLoad;
    const message =
      current !== undefined && load?.loadedAt !== undefined && load.failure !== undefined
        ? staleText(load.failure, load.loadedAt, connectionName(current.connection))
        : '';
    // Setting it anew draws it anew.
    if (this.#view.message !== message) {
      this.#view.message = message;
    }
  }
}
