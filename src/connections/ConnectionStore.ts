import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { isLoopback, type Connection, type SignInState } from '../model/Connection.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import { tokenSecretPrefix } from '../shared/storageKeys.ts';
import type { Settings } from '../contributions/Settings.ts';
import {
  parseEntries,
  updateEntry,
  addEntry,
  removeEntry,
  type ConnectionEntry,
  type ConnectionEntryPatch,
} from './connectionSettings.ts';

/**
 * The key of a token in SecretStorage. A token belongs to the whole address that it was entered for, so a changed
 * address needs a new token. `localhost` is a different machine in a remote window than in a local one, but VS Code
 * shares its secrets between both, so the key contains the machine's name.
 */
function getSecretKey(address: string): string {
  const machine = vscode.env.remoteName !== undefined && isLoopback(address) ? `@${hostname()}` : '';
  return `${tokenSecretPrefix}${address}${machine}`;
}

/**
 * The user's connections and their tokens. Names and addresses are in the user settings, where no workspace can change
 * them; the tokens are in SecretStorage.
 */
export class ConnectionStore extends DisposableBase {
  readonly #secrets: vscode.SecretStorage;
  readonly #settings: Settings;
  readonly #onProblem: (problem: string) => void;
  #entries: readonly ConnectionEntry[] = [];
  #states: readonly SignInState[] = [];
  /** Tokens kept in memory for this window only, because SecretStorage is unavailable. By address. */
  readonly #sessionTokens = new Map<string, string>();
  /** By address: the token as last read, and its version, which changes with the token. */
  readonly #tokenVersions = new Map<
    string,
    { readonly token: string | undefined; readonly version: number }
  >();
  #isLoaded = false;
  /** The latest call of `load`. Earlier calls that end later are ignored. */
  #currentLoad: object | undefined;
  readonly #onDidChange = this.register(new Emitter<readonly SignInState[]>());
  /** Fires when a connection is added, removed or changed, or its token changes. */
  readonly onDidChange = this.#onDidChange.event;

  /** `onProblem` receives a message for the log when SecretStorage can't be read or written. */
  constructor(secrets: vscode.SecretStorage, settings: Settings, onProblem: (problem: string) => void) {
    super();
    this.#secrets = secrets;
    this.#settings = settings;
    this.#onProblem = onProblem;
    this.register(
      settings.onDidChange('connections', () => {
        void this.load();
      }),
    );
    this.register(
      secrets.onDidChange(({ key }) => {
        if (this.#entries.some(({ address, problem }) => !problem && getSecretKey(address) === key)) {
          void this.load();
        }
      }),
    );
  }

  /** The visible connections, sorted by name. */
  get states(): readonly SignInState[] {
    return this.#states;
  }

  /** All connections, hidden ones included, sorted by name. */
  get entries(): readonly ConnectionEntry[] {
    return this.#entries;
  }

  /** Reads settings and secrets: initially, and when they change in this or another window. */
  async load(): Promise<void> {
    const thisLoad = (this.#currentLoad = {});
    const entries = parseEntries(this.#settings.connections);
    const states = await Promise.all(
      entries.filter(({ hidden }) => !hidden).map((entry) => this.#readState(entry)),
    );
    if (this.#currentLoad !== thisLoad) {
      return;
    }
    // The first load always fires, even without connections: until then it is unknown whether there are any.
    const changed = !this.#isLoaded || !isDeepStrictEqual([this.#entries, this.#states], [entries, states]);
    this.#isLoaded = true;
    this.#entries = entries;
    this.#states = states;
    if (changed) {
      this.#onDidChange.fire(states);
    }
  }

  /** Reads the token for an address; undefined if there is none or SecretStorage can't be read. */
  async getToken(address: string): Promise<string | undefined> {
    const sessionToken = this.#sessionTokens.get(address);
    if (sessionToken !== undefined) {
      return sessionToken;
    }
    try {
      return await this.#secrets.get(getSecretKey(address));
    } catch (error) {
      this.#onProblem(`Can't read secret storage: ${getErrorName(error)}`);
      return undefined;
    }
  }

  /**
   * Saves a token that is known to work, and adds a connection if none has this address. Without `name` the connection
   * is named after its address. Returns false and changes nothing if SecretStorage doesn't save the token;
   * `thisWindowOnly` keeps the token in memory instead.
   */
  async signIn(
    address: string,
    token: string,
    name?: string,
    { thisWindowOnly = false } = {},
  ): Promise<boolean> {
    if (thisWindowOnly) {
      this.#sessionTokens.set(address, token);
    } else if (await this.#storeToken(address, token)) {
      this.#sessionTokens.delete(address);
    } else {
      return false;
    }
    if (!this.#entries.some((entry) => entry.address === address && entry.problem === undefined)) {
      await this.#settings.setConnections(
        addEntry(this.#settings.connections, { ...(name !== undefined && { name }), address }),
      );
    }
    await this.load();
    return true;
  }

  /** Deletes a token but keeps the connection. Returns false if SecretStorage can't delete the token. */
  async signOut(address: string): Promise<boolean> {
    await this.#deleteToken(address);
    await this.load();
    return (await this.getToken(address)) === undefined;
  }

  /** Changes a connection in the settings. A new address doesn't inherit the token. */
  async update(address: string, change: ConnectionEntryPatch): Promise<void> {
    await this.#settings.setConnections(updateEntry(this.#settings.connections, address, change));
    if (change.address !== undefined && change.address !== address) {
      await this.#deleteUnusedToken(address);
    }
    await this.load();
  }

  /** Removes a connection from the settings and deletes its token. */
  async remove(address: string): Promise<void> {
    await this.#settings.setConnections(removeEntry(this.#settings.connections, address));
    await this.#deleteUnusedToken(address);
    await this.load();
  }

  /** Deletes the token of an address if no connection uses the address any more. */
  async #deleteUnusedToken(address: string): Promise<void> {
    if (!parseEntries(this.#settings.connections).some((entry) => entry.address === address)) {
      await this.#deleteToken(address);
    }
  }

  async #deleteToken(address: string): Promise<void> {
    this.#sessionTokens.delete(address);
    try {
      await this.#secrets.delete(getSecretKey(address));
    } catch (error) {
      this.#onProblem(`Can't write secret storage: ${getErrorName(error)}`);
    }
  }

  /** Saves a token. Reads it back, because without a keyring SecretStorage may fail silently. */
  async #storeToken(address: string, token: string): Promise<boolean> {
    try {
      await this.#secrets.store(getSecretKey(address), token);
      return (await this.#secrets.get(getSecretKey(address))) === token;
    } catch (error) {
      this.#onProblem(`Can't write secret storage: ${getErrorName(error)}`);
      return false;
    }
  }

  /** The version of an address's token, which is incremented whenever the token changes. */
  #getTokenVersion(address: string, token: string | undefined): number {
    const previous = this.#tokenVersions.get(address) ?? { token: undefined, version: 0 };
    const version = previous.token === token ? previous.version : previous.version + 1;
    this.#tokenVersions.set(address, { token, version });
    return version;
  }

  async #readState({ name, address, problem, production }: ConnectionEntry): Promise<SignInState> {
    if (problem !== undefined) {
      return { kind: 'badAddress', name, address, problem };
    }
    const connection: Connection = { name, address, production };
    const token = await this.getToken(address);
    const tokenVersion = this.#getTokenVersion(address, token);
    return token === undefined
      ? { kind: 'signedOut', connection }
      : { kind: 'signedIn', connection, tokenVersion };
  }
}

/** The error's name without its message, which might contain the token. */
function getErrorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
