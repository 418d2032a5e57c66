import type { Memento } from 'vscode';
import { storageKeys } from '../shared/storageKeys.ts';

/** Persists which rows the user expanded or collapsed, by row id. */
export class ExpandedRows {
  readonly #memento: Memento;
  readonly #expanded: Map<string, boolean>;

  constructor(memento: Memento) {
    this.#memento = memento;
    this.#expanded = new Map(
      Object.entries(memento.get<Readonly<Record<string, boolean>>>(storageKeys.expandedRows, {})),
    );
  }

  /** Whether a row is expanded; `defaultExpanded` if the user neither expanded nor collapsed it. */
  isExpanded(id: string, defaultExpanded: boolean): boolean {
    return this.#expanded.get(id) ?? defaultExpanded;
  }

  setExpanded(id: string, expanded: boolean): void {
    this.#expanded.set(id, expanded);
    void this.#memento.update(storageKeys.expandedRows, Object.fromEntries(this.#expanded));
  }
}
