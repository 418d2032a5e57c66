import { isStringArray } from './guards.ts';
import { type MementoLike, readMemento, saveMemento } from './memento.ts';

/** A set of strings that is kept across sessions. */
export class MementoSet {
  readonly #memento: MementoLike;
  readonly #key: string;

  /** `key` is the key of the set in the memento. */
  constructor(memento: MementoLike, key: string) {
    this.#memento = memento;
    this.#key = key;
  }

  has(value: string): boolean {
    return this.#values.includes(value);
  }

  add(value: string): void {
    if (!this.has(value)) {
      saveMemento(this.#memento, this.#key, [...this.#values, value]);
    }
  }

  /** Deletes all values that aren't in `values`. */
  retain(values: ReadonlySet<string>): void {
    const retained = this.#values.filter((value) => values.has(value));
    if (retained.length < this.#values.length) {
      saveMemento(this.#memento, this.#key, retained);
    }
  }

  get #values(): readonly string[] {
    return readMemento(this.#memento, this.#key, isStringArray, []);
  }
}
