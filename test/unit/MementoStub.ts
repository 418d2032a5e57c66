import type { Memento } from 'vscode';

/** A VS Code memento that keeps its values in memory. */
export class MementoStub implements Pick<Memento, 'get' | 'update'> {
  readonly #values = new Map<string, unknown>();

  readonly get: Memento['get'] = (key: string, defaultValue?: unknown) =>
    (this.#values.get(key) ?? defaultValue) as never;

  update(key: string, value: unknown): Promise<void> {
    this.#values.set(key, structuredClone(value));
    return Promise.resolve();
  }

  /** All values as JSON. */
  get content(): string {
    return JSON.stringify([...this.#values]);
  }
}
