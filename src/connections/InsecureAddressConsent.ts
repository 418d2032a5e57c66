import type { Memento } from 'vscode';
import { storageKeys } from '../shared/storageKeys.ts';

/** The addresses for which the user accepted unencrypted HTTP, which exposes the token to the network. */
export class InsecureAddressConsent {
  readonly #memento: Memento;

  constructor(memento: Memento) {
    this.#memento = memento;
  }

  has(address: string): boolean {
    return this.#memento.get<readonly string[]>(storageKeys.acceptedAddresses, []).includes(address);
  }

  add(address: string): void {
    void this.#memento.update(storageKeys.acceptedAddresses, [
      ...this.#memento.get<readonly string[]>(storageKeys.acceptedAddresses, []),
      address,
    ]);
  }
}
