import type { Memento } from 'vscode';
import { isRecord, isString } from '../shared/guards.ts';
import { readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

/** Persists which connections the user chose for `sequin.yaml` files, by the URIs of the files. */
export class ChosenConnections {
  readonly #memento: Pick<Memento, 'get' | 'update'>;

  constructor(memento: Pick<Memento, 'get' | 'update'>) {
    this.#memento = memento;
  }

  /** The id of the connection that the user chose for a file; undefined if they chose none. */
  get(fileUri: string): string | undefined {
    return this.#connectionIds[fileUri];
  }

  set(fileUri: string, connectionId: string): void {
    this.#save({ ...this.#connectionIds, [fileUri]: connectionId });
  }

  /** Removes every choice whose connection isn't in `connectionIds`. */
  retain(connectionIds: ReadonlySet<string>): void {
    const entries = Object.entries(this.#connectionIds);
    const retained = entries.filter(([, connectionId]) => connectionIds.has(connectionId));
    if (retained.length < entries.length) {
      this.#save(Object.fromEntries(retained));
    }
  }

  get #connectionIds(): Readonly<Record<string, string>> {
    return readMemento(this.#memento, storageKeys.yamlConnections, isStringRecord, {});
  }

  #save(connectionIds: Readonly<Record<string, string>>): void {
    saveMemento(this.#memento, storageKeys.yamlConnections, connectionIds);
  }
}

function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every(isString);
}
