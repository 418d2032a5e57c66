import type { Memento } from 'vscode';
import { storageKeys } from '../shared/storageKeys.ts';

/** Which rows the user expanded or collapsed, by their ids, over reloads of the window. */
export class ExpandedRows {
  readonly #memento: Memento;
  readonly #expanded: Map<string, boolean>;

  constructor(memento: Memento) {
    this.#memento = memento;
    this.#expanded = new Map(
      Object.entries(memento.get<Readonly<Record<string, boolean>>>(storageKeys.expandedRows, {})),
    );
  }

  /** Whether a row is expanded; `unlessTold` where the user did nothing with it. */
  isExpanded(id: string, defaultExpanded: boolean): boolean {
    return this.#expanded.get(id) ?? defaultExpanded;
  }

  setExpanded(id: string, expanded: boolean): void {
    this.#expanded.set(id, expanded);
    void this.#memento.update(storageKeys.expandedRows, Object.fromEntries(this.#expanded));
  }
}
