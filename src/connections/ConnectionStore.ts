import * as vscode from 'vscode';
import { parseAddress, type AddressProblem, type Connection } from '../model/Connection.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';

/** Whether there is a server to ask. */
export type ConnectionState =
  | { readonly kind: 'none' }
  /** The address in the settings cannot be one. */
  | { readonly kind: 'badAddress'; readonly address: string; readonly problem: AddressProblem }
  /** There is an address, and no token for it. */
  | { readonly kind: 'signedOut'; readonly connection: Connection }
  | { readonly kind: 'signedIn'; readonly connection: Connection };

/** A token belongs to the origin that it was entered for, and is asked for again when the address moves. */
const secretKey = (connection: Connection): string => `sequin.token:${connection.origin}`;

/**
 * Which Sequin server the user is connected to. The address is in the user's own settings, where no
 * workspace can change it; the token is in SecretStorage.
 */
export class ConnectionStore extends DisposableBase {
  readonly #secrets: vscode.SecretStorage;
  #state: ConnectionState = { kind: 'none' };
  /** The latest reading: an older one that ends later is not taken. */
  #reading: Promise<ConnectionState> | undefined;
  readonly #onDidChange = this.register(new Emitter<ConnectionState>());
  /** Another server, or another token for the same one. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(secrets: vscode.SecretStorage) {
    super();
    this.#secrets = secrets;
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('sequin.address')) {
          void this.load();
        }
      }),
    );
    this.register(
      secrets.onDidChange(({ key }) => {
        if ('connection' in this.#state && key === secretKey(this.#state.connection)) {
          void this.load();
        }
      }),
    );
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Reads settings and secrets, at the start and whenever they changed, here or in another window. */
  async load(): Promise<void> {
    const reading = (this.#reading = this.#read());
    const state = await reading;
    if (this.#reading !== reading) {
      return;
    }
    this.#state = state;
    this.#onDidChange.fire(state);
  }

  /** The token for a connection's origin; undefined when there is none. */
  async token(connection: Connection): Promise<string | undefined> {
    return this.#secrets.get(secretKey(connection));
  }

  /** Keeps a connection that was tried and works. */
  async signIn(connection: Connection, token: string): Promise<void> {
    await this.#secrets.store(secretKey(connection), token);
    if (configuredAddress() !== connection.address) {
      await vscode.workspace
        .getConfiguration('sequin')
        .update('address', connection.address, vscode.ConfigurationTarget.Global);
    }
  }

  /** Deletes the token. The address stays, for the next time. */
  async signOut(connection: Connection): Promise<void> {
    await this.#secrets.delete(secretKey(connection));
  }

  async #read(): Promise<ConnectionState> {
    const address = configuredAddress();
    if (address === '') {
      return { kind: 'none' };
    }
    const connection = parseAddress(address);
    if (typeof connection === 'string') {
      return { kind: 'badAddress', address, problem: connection };
    }
    const token = await this.token(connection);
    return { kind: token === undefined ? 'signedOut' : 'signedIn', connection };
  }
}

/** The address in the user's own settings; '' where there is none. A workspace's is never read. */
function configuredAddress(): string {
  const value = vscode.workspace.getConfiguration('sequin').inspect<unknown>('address')?.globalValue;
  return typeof value === 'string' ? value.trim() : '';
}
