import type { Memento } from 'vscode';
import { isBoolean, isRecord } from '../shared/guards.ts';
import { readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

/** Persists which rows the user expanded or collapsed, by row id. */
export class ExpandedRows {
  readonly #memento: Pick<Memento, 'get' | 'update'>;
  readonly #expanded: Map<string, boolean>;
  /** The ids of the connections that were last retained. */
  #connectionIds: ReadonlySet<string> = new Set();

  constructor(memento: Pick<Memento, 'get' | 'update'>) {
    this.#memento = memento;
    this.#expanded = new Map(Object.entries(readMemento(memento, storageKeys.expandedRows, isFlags, {})));
  }

  /** Whether a row is expanded; `defaultExpanded` if the user neither expanded nor collapsed it. */
  isExpanded(id: string, defaultExpanded: boolean): boolean {
    return this.#expanded.get(id) ?? defaultExpanded;
  }

  /** Records that the user expanded or collapsed a row. */
  setExpanded(id: string, expanded: boolean): void {
    this.#expanded.set(id, expanded);
    this.#save();
  }

  /** Forgets the rows of all connections except these. */
  retain(connectionIds: ReadonlySet<string>): void {
    const sizeBefore = this.#expanded.size;
    for (const id of this.#expanded.keys()) {
      // Rows with children are connections and, below them, sinks and the group of databases.
      const parentId = id.slice(0, Math.max(0, id.lastIndexOf('/')));
      // An id from version 0.1.0 is an address, and can look like the id of a sink: `http://a/b` can be a connection,
      // or the sink `b` of the connection `http://a`.
      const isBelowRetained = connectionIds.has(parentId) && !this.#connectionIds.has(id);
      if (!connectionIds.has(id) && !isBelowRetained) {
        this.#expanded.delete(id);
      }
    }
    this.#connectionIds = connectionIds;
    if (this.#expanded.size < sizeBefore) {
      this.#save();
    }
  }

  #save(): void {
    saveMemento(this.#memento, storageKeys.expandedRows, Object.fromEntries(this.#expanded));
  }
}

function isFlags(value: unknown): value is Readonly<Record<string, boolean>> {
  return isRecord(value) && Object.values(value).every(isBoolean);
}
