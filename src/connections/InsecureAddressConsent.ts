import type { Memento } from 'vscode';

const storageKey = 'sequin.acceptedAddresses';

/** The addresses for which the user accepted unencrypted HTTP, which exposes the token to the network. */
export class InsecureAddressConsent {
  readonly #memento: Memento;

  constructor(memento: Memento) {
    this.#memento = memento;
  }

  has(address: string): boolean {
    return this.#memento.get<readonly string[]>(storageKey, []).includes(address);
  }

  add(address: string): void {
    void this.#memento.update(storageKey, [...this.#memento.get<readonly string[]>(storageKey, []), address]);
  }
}
