import type { Memento } from 'vscode';
import { isStringArray } from '../shared/guards.ts';
import { readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

/** The addresses for which the user accepted unencrypted HTTP, which exposes the token to the network. */
export class InsecureAddressConsent {
  readonly #memento: Pick<Memento, 'get' | 'update'>;

  constructor(memento: Pick<Memento, 'get' | 'update'>) {
    this.#memento = memento;
  }

  has(address: string): boolean {
    return this.#addresses.includes(address);
  }

  add(address: string): void {
    saveMemento(this.#memento, storageKeys.acceptedAddresses, [...this.#addresses, address]);
  }

  /** Forgets all other addresses. */
  retain(addresses: ReadonlySet<string>): void {
    const retained = this.#addresses.filter((address) => addresses.has(address));
    if (retained.length < this.#addresses.length) {
      saveMemento(this.#memento, storageKeys.acceptedAddresses, retained);
    }
  }

  get #addresses(): readonly string[] {
    return readMemento(this.#memento, storageKeys.acceptedAddresses, isStringArray, []);
  }
}
