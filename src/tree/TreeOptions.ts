import * as vscode from 'vscode';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import type { OutlineOptions } from './outline.ts';

const hideEndedKey = 'sequin.endedHidden';

/** How the user wants the tree: the filter of this workspace, and the settings. */
export class TreeOptions extends DisposableBase {
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
    this.#tellMenus();
  }

  get current(): OutlineOptions {
    return {
      hideEnded: this.#memento.get(hideEndedKey, false),
      runningFirst: vscode.workspace.getConfiguration('sequin').get('tree.runningFirst', false),
    };
  }

  /** Hides what has ended, or shows it again. */
  async setHideEnded(hideEnded: boolean): Promise<void> {
    await this.#memento.update(hideEndedKey, hideEnded);
    this.#tellMenus();
    this.#onDidChange.fire(undefined);
  }

  #tellMenus(): void {
    void vscode.commands.executeCommand('setContext', hideEndedKey, this.current.hideEnded);
  }
}
