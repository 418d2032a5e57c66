import * as vscode from 'vscode';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import type { TreeDisplayOptions } from './createNodes.ts';

const hideFinishedKey = 'sequin.endedHidden';

/** The display options of the tree: the filter, stored per workspace, and the settings. */
export class TreeOptionsStore extends DisposableBase {
  readonly #memento: vscode.Memento;
  readonly #onDidChange = this.register(new Emitter<undefined>());
  readonly onDidChange = this.#onDidChange.event;

  constructor(memento: vscode.Memento) {
    super();
    this.#memento = memento;
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('sequin.tree')) {
          this.#onDidChange.fire(undefined);
        }
      }),
    );
    this.#updateContextKey();
  }

  get current(): TreeDisplayOptions {
    return {
      hideFinished: this.#memento.get(hideFinishedKey, false),
      runningFirst: vscode.workspace.getConfiguration('sequin').get('tree.runningFirst', false),
    };
  }

  /** Hides or shows finished backfills. */
  async setHideFinished(hideFinished: boolean): Promise<void> {
    await this.#memento.update(hideFinishedKey, hideFinished);
    this.#updateContextKey();
    this.#onDidChange.fire(undefined);
  }

  #updateContextKey(): void {
    void vscode.commands.executeCommand('setContext', hideFinishedKey, this.current.hideFinished);
  }
}
