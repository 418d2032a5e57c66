import * as v from 'valibot';
import type { SecretStorage } from 'vscode';
import type { Connection } from '../model/Connection.ts';
import type { MetricsSource } from '../model/deliveries/MetricsSource.ts';
import { metricsSecretPrefix } from '../shared/storageKeys.ts';
import { getMachineNamesOfAddress, isSameMachine } from './machines.ts';

const storedSource = v.object({
  /** The address of the connection that the source was set for. The source is used with no other address. */
  address: v.string(),
  url: v.pipe(v.string(), v.url()),
  username: v.string(),
  password: v.string(),
  /** The names of the machine that the source is limited to, see {@link getMachineNamesOfAddress}. */
  machines: v.array(v.string()),
});

/**
 * Stores the metrics URLs of connections in SecretStorage. A URL and its credentials are one value, so that credentials
 * are never sent to another URL. `TokenStore` deletes the value with the tokens of the connection.
 */
export class MetricsStore {
  readonly #secrets: SecretStorage;
  readonly #machineNames: readonly string[];

  /** @param machineNames the names of this machine in a remote window; empty in a local window */
  constructor(secrets: SecretStorage, machineNames: readonly string[]) {
    this.#secrets = secrets;
    this.#machineNames = machineNames;
  }

  /** Calls the listener with the id of a connection whose source may have changed, in this or another window. */
  onDidChange(listener: (id: string) => void): { dispose(): void } {
    return this.#secrets.onDidChange(({ key }) => {
      if (key.startsWith(metricsSecretPrefix)) {
        listener(key.slice(metricsSecretPrefix.length));
      }
    });
  }

  /**
   * Reads the source of a connection; undefined if no source was set for its address on this machine, or if the source
   * can't be read.
   */
  async get({ id, address }: Pick<Connection, 'id' | 'address'>): Promise<MetricsSource | undefined> {
    try {
      const value = await this.#secrets.get(metricsSecretPrefix + id);
      const { machines, ...stored } = v.parse(storedSource, JSON.parse(value ?? 'null'));
      const { address: storedAddress, ...source } = stored;
      const isUsable =
        storedAddress === address && isSameMachine(machines, this.#getMachineNames(source.url));
      return isUsable ? source : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Saves the source of a connection, or deletes the saved one if `source` is undefined. Returns false if SecretStorage
   * fails.
   */
  async set(
    { id, address }: Pick<Connection, 'id' | 'address'>,
    source: MetricsSource | undefined,
  ): Promise<boolean> {
    const key = metricsSecretPrefix + id;
    try {
      if (source === undefined) {
        await this.#secrets.delete(key);
        return true;
      }
      const value = JSON.stringify({ address, ...source, machines: this.#getMachineNames(source.url) });
      await this.#secrets.store(key, value);
      // Without a keyring, SecretStorage may fail silently.
      return (await this.#secrets.get(key)) === value;
    } catch {
      return false;
    }
  }

  #getMachineNames(url: string): readonly string[] {
    return getMachineNamesOfAddress(url, this.#machineNames);
  }
}
