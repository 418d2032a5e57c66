import type { Memento } from 'vscode';

const storageKey = 'sequin.acceptedAddresses';

/** The addresses of which the user took it that what is sent there, the token too, can be read on its way. */
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
