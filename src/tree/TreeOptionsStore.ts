import type { Memento } from 'vscode';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import type { Settings } from '../contributions/Settings.ts';
import { isBoolean } from '../shared/guards.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import { readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';
import type { TreeDisplayOptions } from './RowKind.ts';

/** The display options of the tree: the filter, stored per workspace, and the settings. */
export class TreeOptionsStore extends DisposableBase {
  readonly #memento: Memento;
  readonly #settings: Settings;
  readonly #onDidChange = this.register(new Emitter<undefined>());
  readonly onDidChange = this.#onDidChange.event;

  constructor(memento: Memento, settings: Settings) {
    super();
    this.#memento = memento;
    this.#settings = settings;
    for (const name of ['runningFirst', 'showDatabases'] as const) {
      this.register(
        settings.onDidChange(name, () => {
          this.#onDidChange.fire(undefined);
        }),
      );
    }
    this.#updateContextKey();
  }

  get current(): TreeDisplayOptions {
    return {
      hideFinished: readMemento(this.#memento, storageKeys.hideFinished, isBoolean, false),
      runningFirst: this.#settings.runningFirst,
      showDatabases: this.#settings.showDatabases,
    };
  }

  /** Hides or shows finished backfills. */
  setHideFinished(hideFinished: boolean): void {
    saveMemento(this.#memento, storageKeys.hideFinished, hideFinished);
    this.#updateContextKey();
    this.#onDidChange.fire(undefined);
  }

  #updateContextKey(): void {
    setContextKey(contextKeys.finishedHidden, this.current.hideFinished);
  }
}
