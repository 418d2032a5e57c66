import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { isLoopback, type Connection, type ConnectionState } from '../model/Connection.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import { readEntries, withChange, withEntry, withoutEntry, type Entry, type EntryChange } from './entries.ts';

/**
 * A token belongs to the whole address that it was entered for, and is asked for again when the address moves. In a
 * remote window `localhost` is another machine than in a local one, and VS Code's secrets are the same in both.
 */
function secretKey(address: string): string {
  const machine = vscode.env.remoteName !== undefined && isLoopback(address) ? `@${hostname()}` : '';
  return `sequin.token:${address}${machine}`;
}

/**
 * Which Sequin servers there are. Names and addresses are in the user's own settings, where no workspace can change
 * them; the tokens are in SecretStorage.
 */
export class ConnectionStore extends DisposableBase {
  readonly #secrets: vscode.SecretStorage;
  readonly #onProblem: (problem: string) => void;
  #entries: readonly Entry[] = [];
  #states: readonly ConnectionState[] = [];
  /** The tokens that cannot be kept, and that the user lets this window have. */
  readonly #held = new Map<string, string>();
  /** The token of each address when it was last read, and how many others there were before. */
  readonly #tokens = new Map<string, { readonly token: string | undefined; readonly number: number }>();
  #isRead = false;
  /** The latest reading: an older one that ends later is not taken. */
  #reading: object | undefined;
  readonly #onDidChange = this.register(new Emitter<readonly ConnectionState[]>());
  /** A connection came, went, or is another one; or it has another token. */
  readonly onDidChange = this.#onDidChange.event;

  /** `onProblem` is told, for the log, when the secret storage cannot be read. */
  constructor(secrets: vscode.SecretStorage, onProblem: (problem: string) => void) {
    super();
    this.#secrets = secrets;
    this.#onProblem = onProblem;
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('sequin.connections')) {
          void this.load();
        }
      }),
    );
    this.register(
      secrets.onDidChange(({ key }) => {
        if (this.#entries.some(({ address, problem }) => !problem && secretKey(address) === key)) {
          void this.load();
        }
      }),
    );
  }

  /** The connections by name, without those that a setting hides. */
  get states(): readonly ConnectionState[] {
    return this.#states;
  }

  /** All connections by name, those that a setting hides too. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Reads settings and secrets, at the start and whenever they changed, here or in another window. */
  async load(): Promise<void> {
    const reading = (this.#reading = {});
    const entries = readEntries(setting());
    const states = await Promise.all(
      entries.filter(({ hidden }) => !hidden).map((entry) => this.#stateOf(entry)),
    );
    if (this.#reading !== reading) {
      return;
    }
    // The first reading is news also where there is nothing: until then nobody knows that.
    const changed = !this.#isRead || !isDeepStrictEqual([this.#entries, this.#states], [entries, states]);
    this.#isRead = true;
    this.#entries = entries;
    this.#states = states;
    if (changed) {
      this.#onDidChange.fire(states);
    }
  }

  /** The token for an address; undefined where there is none. */
  async token(address: string): Promise<string | undefined> {
    const held = this.#held.get(address);
    if (held !== undefined) {
      return held;
    }
    try {
      return await this.#secrets.get(secretKey(address));
    } catch (error) {
      this.#onProblem(`the secret storage cannot be read: ${nameOfError(error)}`);
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
      this.#held.set(address, token);
    } else if (await this.#keep(address, token)) {
      this.#held.delete(address);
    } else {
      return false;
    }
    if (!this.#entries.some((entry) => entry.address === address && entry.problem === undefined)) {
      await writeSetting(withEntry(setting(), { ...(name !== undefined && { name }), address }));
    }
    await this.load();
    return true;
  }

  /** Deletes a token. The connection stays, for the next time. False where the secret storage does not let go of it. */
  async signOut(address: string): Promise<boolean> {
    await this.#delete(address);
    await this.load();
    return (await this.token(address)) === undefined;
  }

  /** Changes what the settings say of a connection. Its token does not go with another address. */
  async change(address: string, change: EntryChange): Promise<void> {
    await writeSetting(withChange(setting(), address, change));
    if (change.address !== undefined && change.address !== address) {
      await this.#forget(address);
    }
    await this.load();
  }

  /** Takes a connection out of the settings, and deletes its token. */
  async remove(address: string): Promise<void> {
    await writeSetting(withoutEntry(setting(), address));
    await this.#forget(address);
    await this.load();
  }

  /** Deletes the token of an address that no connection has any more. */
  async #forget(address: string): Promise<void> {
    if (!readEntries(setting()).some((entry) => entry.address === address)) {
      await this.#delete(address);
    }
  }

  async #delete(address: string): Promise<void> {
    this.#held.delete(address);
    try {
      await this.#secrets.delete(secretKey(address));
    } catch (error) {
      this.#onProblem(`the secret storage cannot be written: ${nameOfError(error)}`);
    }
  }

  /** Whether the secret storage has kept it: without a keyring it may say nothing, and keep nothing. */
  async #keep(address: string, token: string): Promise<boolean> {
    try {
      await this.#secrets.store(secretKey(address), token);
      return (await this.#secrets.get(secretKey(address))) === token;
    } catch (error) {
      this.#onProblem(`the secret storage cannot be written: ${nameOfError(error)}`);
      return false;
    }
  }

  /** How many tokens there were for an address before this one. */
  #numberOf(address: string, token: string | undefined): number {
    const last = this.#tokens.get(address) ?? { token: undefined, number: 0 };
    const number = last.token === token ? last.number : last.number + 1;
    this.#tokens.set(address, { token, number });
    return number;
  }

  async #stateOf({ name, address, problem, production }: Entry): Promise<ConnectionState> {
    if (problem !== undefined) {
      return { kind: 'badAddress', name, address, problem };
    }
    const connection: Connection = { name, address, production };
    const token = await this.token(address);
    const tokenNumber = this.#numberOf(address, token);
    return token === undefined
      ? { kind: 'signedOut', connection }
      : { kind: 'signedIn', connection, tokenNumber };
  }
}

/** The user's own setting. A workspace's is never read. */
function setting(): unknown {
  return vscode.workspace.getConfiguration('sequin').inspect<unknown>('connections')?.globalValue;
}

async function writeSetting(connections: readonly unknown[]): Promise<void> {
  await vscode.workspace
    .getConfiguration('sequin')
    .update('connections', connections, vscode.ConfigurationTarget.Global);
}

/** Its message might hold what was to be kept. */
function nameOfError(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
