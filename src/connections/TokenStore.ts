import type { SecretStorage } from 'vscode';
import type { Connection } from '../model/Connection.ts';
import { isArrayOf, isRecord, isString, isStringArray } from '../shared/guards.ts';
import { metricsSecretPrefix, tokenSecretPrefix } from '../shared/storageKeys.ts';
import { getMachineNamesOfAddress, isSameMachine } from './machines.ts';

/** A token, and where it may be used. */
interface StoredToken {
  readonly token: string;
  /** The address that the token was entered for. The token is sent to no other address. */
  readonly address: string;
  /** The names of the machine that the token is limited to, see {@link getMachineNamesOfAddress}. */
  readonly machines: readonly string[];
}

type ConnectionTarget = Pick<Connection, 'id' | 'address'>;

interface TokenStoreOptions {
  readonly secrets: SecretStorage;
  /** The names of this machine in a remote window; empty in a local window. */
  readonly machineNames: readonly string[];
  /** Receives a message for the log when SecretStorage can't be read or written. */
  readonly onProblem: (problem: string) => void;
}

/**
 * The API tokens in SecretStorage, which all windows share. A connection has one token for its address or, if that is a
 * loopback address, one token for each machine. All of them are stored under one key, so that a single deletion deletes
 * them all.
 */
export class TokenStore {
  readonly #options: TokenStoreOptions;
  /** Tokens kept in memory for this window only, because SecretStorage is unavailable. The keys are connection ids. */
  readonly #sessionTokens = new Map<string, StoredToken>();
  /** The connections whose tokens couldn't be read at the latest attempt. */
  readonly #unreadableIds = new Set<string>();

  constructor(options: TokenStoreOptions) {
    this.#options = options;
  }

  /**
   * Whether the latest read for a connection succeeded. If it failed, a token may be stored even though `get` returned
   * none.
   */
  isReadable(id: string): boolean {
    return !this.#unreadableIds.has(id);
  }

  /** Calls the listener with the id of a connection whose tokens may have changed, in this or another window. */
  onDidChange(listener: (id: string) => void): { dispose(): void } {
    return this.#options.secrets.onDidChange(({ key }) => {
      if (key.startsWith(tokenSecretPrefix)) {
        listener(key.slice(tokenSecretPrefix.length));
      }
    });
  }

  /** Reads the token for the address of a connection; undefined if there is no token or SecretStorage can't be read. */
  async get({ id, address }: ConnectionTarget): Promise<string | undefined> {
    const sessionToken = this.#sessionTokens.get(id);
    if (sessionToken?.address === address) {
      return sessionToken.token;
    }
    try {
      const tokens = await this.#read(id);
      this.#unreadableIds.delete(id);
      return (
        tokens.find((stored) => this.#isUsable(stored, address))?.token ??
        (await this.#adoptMachineToken({ id, address }, tokens))
      );
    } catch (error) {
      this.#unreadableIds.add(id);
      this.#report('read', error);
      return undefined;
    }
  }

  /**
   * Saves the token for the address of a connection. Returns false if SecretStorage doesn't save the token; with
   * `thisWindowOnly`, the token is kept in memory instead.
   */
  async set({ id, address }: ConnectionTarget, token: string, thisWindowOnly: boolean): Promise<boolean> {
    const stored = { token, address, machines: this.#getMachineNames(address) };
    if (thisWindowOnly) {
      this.#sessionTokens.set(id, stored);
      return true;
    }
    const isSaved = await this.#access('write', false, async () => {
      const others = (await this.#read(id)).filter((other) => !this.#isUsable(other, address));
      return this.#write(id, [...others, stored]);
    });
    if (isSaved) {
      this.#sessionTokens.delete(id);
    }
    return isSaved;
  }

  /**
   * Deletes the tokens for earlier addresses of a connection. If there are any, also deletes the metrics URL and its
   * credentials, because they were set for an earlier address.
   */
  async deleteOutdated({ id, address }: ConnectionTarget): Promise<void> {
    await this.#access('write', undefined, async () => {
      const tokens = await this.#read(id);
      const current = tokens.filter((stored) => stored.address === address);
      if (current.length < tokens.length) {
        await this.#write(id, current);
        await this.#options.secrets.delete(metricsSecretPrefix + id);
      }
    });
  }

  /**
   * Deletes all secrets of a connection: the tokens of every address and machine, and the metrics URL with its
   * credentials. Returns false if a secret is left.
   */
  async delete(id: string): Promise<boolean> {
    this.#sessionTokens.delete(id);
    const key = getSecretKey(id);
    const allKeys = await this.#access('read', [], () => this.#options.secrets.keys());
    const keys = [key, metricsSecretPrefix + id, ...allKeys.filter((each) => each.startsWith(`${key}@`))];
    const results = await Promise.all(keys.map((each) => this.#deleteSecret(each)));
    return results.every(Boolean);
  }

  /** Deletes a secret. Returns whether the secret is gone. */
  async #deleteSecret(key: string): Promise<boolean> {
    const { secrets } = this.#options;
    const isAccepted = await this.#access('write', false, async () => {
      await secrets.delete(key);
      return true;
    });
    return this.#access('read', isAccepted, async () => (await secrets.get(key)) === undefined);
  }

  /** Takes over a token of version 0.1.0, which stored the token for each remote machine under a key of its own. */
  async #adoptMachineToken(
    { id, address }: ConnectionTarget,
    tokens: readonly StoredToken[],
  ): Promise<string | undefined> {
    for (const machine of id === address ? this.#getMachineNames(address) : []) {
      const key = `${getSecretKey(id)}@${machine}`;
      const token = await this.#options.secrets.get(key);
      if (token !== undefined) {
        const stored = { token, address, machines: this.#getMachineNames(address) };
        await this.#access('write', undefined, async () => {
          if (await this.#write(id, [...tokens, stored])) {
            await this.#options.secrets.delete(key);
          }
        });
        return token;
      }
    }
    return undefined;
  }

  async #read(id: string): Promise<readonly StoredToken[]> {
    const value = await this.#options.secrets.get(getSecretKey(id));
    return value === undefined ? [] : parseStoredTokens(value, id);
  }

  /** Saves the tokens. Reads them back, because without a keyring SecretStorage may fail silently. */
  async #write(id: string, tokens: readonly StoredToken[]): Promise<boolean> {
    const value = JSON.stringify(tokens);
    await this.#options.secrets.store(getSecretKey(id), value);
    return (await this.#options.secrets.get(getSecretKey(id))) === value;
  }

  #getMachineNames(address: string): readonly string[] {
    return getMachineNamesOfAddress(address, this.#options.machineNames);
  }

  /** Whether a token was entered for this address and, if the address depends on the machine, on this machine. */
  #isUsable(stored: StoredToken, address: string): boolean {
    return stored.address === address && isSameMachine(stored.machines, this.#getMachineNames(address));
  }

  /** Accesses SecretStorage. If that fails, reports the failure and returns `fallback`. */
  async #access<T>(access: 'read' | 'write', fallback: T, run: () => Thenable<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      this.#report(access, error);
      return fallback;
    }
  }

  #report(access: 'read' | 'write', error: unknown): void {
    const action = access === 'read' ? 'read' : 'write to';
    this.#options.onProblem(`Can't ${action} secret storage: ${getErrorName(error)}`);
  }
}

function getSecretKey(id: string): string {
  return tokenSecretPrefix + id;
}

/**
 * Parses the tokens of a connection. Version 0.1.0 stored only the token, under the address, which is now the
 * connection's id.
 */
function parseStoredTokens(value: string, id: string): readonly StoredToken[] {
  try {
    const tokens: unknown = JSON.parse(value);
    if (isArrayOf(tokens, isStoredToken)) {
      return tokens;
    }
  } catch {
    // Version 0.1.0 stored the token itself, which isn't JSON.
  }
  return [{ token: value, address: id, machines: [] }];
}

/** Returns the name of an error without its message, which might contain the token. */
function getErrorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function isStoredToken(value: unknown): value is StoredToken {
  return (
    isRecord(value) &&
    isString(value['token']) &&
    isString(value['address']) &&
    isStringArray(value['machines'])
  );
}
