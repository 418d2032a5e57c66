import type { Memento } from 'vscode';

const key = 'sequin.expanded';

/** Which rows the user expanded, by their ids, over reloads of the window. */
export class ExpandedRows {
  readonly #memento: Memento;
  readonly #ids: Set<string>;

  constructor(memento: Memento) {
    this.#memento = memento;
    this.#ids = new Set(memento.get<readonly string[]>(key, []));
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  set(id: string, expanded: boolean): void {
    if (expanded) {
      this.#ids.add(id);
    } else {
      this.#ids.delete(id);
    }
    void this.#memento.update(key, [...this.#ids]);
  }
}
