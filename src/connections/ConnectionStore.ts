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
 * A token belongs to the whole address that it was entered for, and is asked for again when the address moves. In a
 * remote window `localhost` is another machine than in a local one, and VS Code's secrets are the same in both.
 */
function getSecretKey(address: string): string {
  const machine = vscode.env.remoteName !== undefined && isLoopback(address) ? `@${hostname()}` : '';
  return `${tokenSecretPrefix}${address}${machine}`;
}

/**
 * Which Sequin servers there are. Names and addresses are in the user's own settings, where no workspace can change
 * them; the tokens are in SecretStorage.
 */
export class ConnectionStore extends DisposableBase {
  readonly #secrets: vscode.SecretStorage;
  readonly #settings: Settings;
  readonly #onProblem: (problem: string) => void;
  #entries: readonly ConnectionEntry[] = [];
  #states: readonly SignInState[] = [];
  /** The tokens that cannot be kept, and that the user lets this window have. */
  readonly #sessionTokens = new Map<string, string>();
  /** The token of each address when it was last read, and how many others there were before. */
  readonly #tokenVersions = new Map<
    string,
    { readonly token: string | undefined; readonly version: number }
  >();
  #isLoaded = false;
  /** The latest reading: an older one that ends later is not taken. */
  #currentLoad: object | undefined;
  readonly #onDidChange = this.register(new Emitter<readonly SignInState[]>());
  /** A connection came, went, or is another one; or it has another token. */
  readonly onDidChange = this.#onDidChange.event;

  /** `onProblem` is told, for the log, when the secret storage cannot be read. */
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

  /** The connections by name, without those that a setting hides. */
  get states(): readonly SignInState[] {
    return this.#states;
  }

  /** All connections by name, those that a setting hides too. */
  get entries(): readonly ConnectionEntry[] {
    return this.#entries;
  }

  /** Reads settings and secrets, at the start and whenever they changed, here or in another window. */
  async load(): Promise<void> {
    const thisLoad = (this.#currentLoad = {});
    const entries = parseEntries(this.#settings.connections);
    const states = await Promise.all(
      entries.filter(({ hidden }) => !hidden).map((entry) => this.#readState(entry)),
    );
    if (this.#currentLoad !== thisLoad) {
      return;
    }
    // The first reading is news also where there is nothing: until then nobody knows that.
    const changed = !this.#isLoaded || !isDeepStrictEqual([this.#entries, this.#states], [entries, states]);
    this.#isLoaded = true;
    this.#entries = entries;
    this.#states = states;
    if (changed) {
      this.#onDidChange.fire(states);
    }
  }

  /** The token for an address; undefined where there is none. */
  async getToken(address: string): Promise<string | undefined> {
    const sessionToken = this.#sessionTokens.get(address);
    if (sessionToken !== undefined) {
      return sessionToken;
    }
    try {
      return await this.#secrets.get(getSecretKey(address));
    } catch (error) {
      this.#onProblem(`the secret storage cannot be read: ${getErrorName(error)}`);
      return undefined;
    }
  }

  /**
   * Keeps a token that was tried and works, and adds its connection if there is none of this address; without a
   * `name` it is called after that. False, and
   * nothing is changed, where the secret storage does not keep it, unless `thisWindowOnly` lets this window hold it.
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

  /** Deletes a token. The connection stays, for the next time. False where the secret storage does not let go of it. */
  async signOut(address: string): Promise<boolean> {
    await this.#deleteToken(address);
    await this.load();
    return (await this.getToken(address)) === undefined;
  }

  /** Changes what the settings say of a connection. Its token does not go with another address. */
  async update(address: string, change: ConnectionEntryPatch): Promise<void> {
    await this.#settings.setConnections(updateEntry(this.#settings.connections, address, change));
    if (change.address !== undefined && change.address !== address) {
      await this.#deleteUnusedToken(address);
    }
    await this.load();
  }

  /** Takes a connection out of the settings, and deletes its token. */
  async remove(address: string): Promise<void> {
    await this.#settings.setConnections(removeEntry(this.#settings.connections, address));
    await this.#deleteUnusedToken(address);
    await this.load();
  }

  /** Deletes the token of an address that no connection has any more. */
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
      this.#onProblem(`the secret storage cannot be written: ${getErrorName(error)}`);
    }
  }

  /** Whether the secret storage has kept it: without a keyring it may say nothing, and keep nothing. */
  async #storeToken(address: string, token: string): Promise<boolean> {
    try {
      await this.#secrets.store(getSecretKey(address), token);
      return (await this.#secrets.get(getSecretKey(address))) === token;
    } catch (error) {
      this.#onProblem(`the secret storage cannot be written: ${getErrorName(error)}`);
      return false;
    }
  }

  /** How many tokens there were for an address before this one. */
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

/** Its message might hold what was to be kept. */
function getErrorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
