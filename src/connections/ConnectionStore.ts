import type { Settings } from '../contributions/Settings.ts';
import type { Connection, SignInState } from '../model/Connection.ts';
import { deepEqual } from '../shared/deepEqual.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import {
  type ConnectionEntry,
  type ConnectionEntryPatch,
  parseEntries,
  removeEntry,
  updateEntry,
} from './connectionSettings.ts';
import type { KnownConnections } from './KnownConnections.ts';
import { SampleConnection } from './SampleConnection.ts';
import type { TokenStore } from './TokenStore.ts';

export interface ConnectionStoreOptions {
  readonly settings: Pick<Settings, 'connections' | 'setConnections' | 'onDidChange'>;
  readonly tokens: TokenStore;
  readonly knownConnections: KnownConnections;
}

/** Creates the id of a new connection. */
export function createConnectionId(): string {
  return crypto.randomUUID().slice(0, 8);
}

/**
 * The user's connections and their tokens. Ids, names and addresses are in the user settings, where no workspace can
 * change them; the tokens are in SecretStorage. The connection to the sample data, if there is one, is in neither.
 */
export class ConnectionStore extends DisposableBase {
  readonly #options: ConnectionStoreOptions;
  #entries: readonly ConnectionEntry[] = [];
  #states: readonly SignInState[] = [];
  /**
   * The address and the token of each connection as last read, and the version of the token. The keys are connection
   * ids.
   */
  readonly #tokenVersions = new Map<
    string,
    { readonly address: string; readonly token: string | undefined; readonly version: number }
  >();
  readonly #loaded = Promise.withResolvers<undefined>();
  #isLoaded = false;
  /** Identifies the latest call of `load`. The results of earlier calls are ignored. */
  #currentLoad: object | undefined;
  #isChanging = false;
  /**
   * Resolves when the latest change has finished. Each change waits for the previous one; otherwise, two changes could
   * overwrite each other.
   */
  #lastChange: Promise<unknown> = Promise.resolve();
  readonly #sample = this.register(new SampleConnection());
  readonly #onDidChange = this.register(new Emitter<readonly SignInState[]>());
  /** Fires after the first load, and when a connection is added, removed or changed, or its token changes. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(options: ConnectionStoreOptions) {
    super();
    this.#options = options;
    const reload = (): void => {
      if (!this.#isChanging) {
        void this.load();
      }
    };
    this.register(options.settings.onDidChange('connections', reload));
    this.register(
      options.tokens.onDidChange((id) => {
        if (this.#entries.some((entry) => entry.id === id)) {
          reload();
        }
      }),
    );
  }

  /** Resolves when the first load has finished or when the sample data has been started, whichever is earlier. */
  get whenLoaded(): Promise<undefined> {
    return this.#loaded.promise;
  }

  /** The sign-in states of the visible connections, sorted by name. The connection to the sample data is last. */
  get states(): readonly SignInState[] {
    return this.#states;
  }

  /** All connections in the settings, hidden ones included, sorted by name. */
  get entries(): readonly ConnectionEntry[] {
    return this.#entries;
  }

  /**
   * The connections whose data is kept: the connection to the sample data, those that are missing from the settings but
   * weren't removed for good, and all connections in the settings except those that are certainly signed out. A
   * connection whose token can't be read may still be signed in.
   */
  get retained(): readonly Pick<Connection, 'id' | 'address'>[] {
    const signedOutIds = new Set(
      this.#states.flatMap((state) => (state.kind === 'signedOut' ? [state.connection.id] : [])),
    );
    return [
      ...this.#entries.filter(({ id }) => !signedOutIds.has(id) || !this.#options.tokens.isReadable(id)),
      ...this.#listMissing(),
      ...(this.#sample.connection ? [this.#sample.connection] : []),
    ];
  }

  /** Lists the connections that were in the settings earlier in this session, and whose secrets aren't deleted yet. */
  #listMissing(): Pick<Connection, 'id' | 'address'>[] {
    const presentIds = new Set(this.#entries.map(({ id }) => id));
    return this.knownIds.flatMap((id) => {
      const address = presentIds.has(id) ? undefined : this.#tokenVersions.get(id)?.address;
      return address === undefined ? [] : [{ id, address }];
    });
  }

  /**
   * The ids of the connections that weren't removed for good: all connections in the settings, even if they are signed
   * out, and those that are missing from the settings but whose secrets aren't deleted yet.
   */
  get knownIds(): readonly string[] {
    return this.#options.knownConnections.ids;
  }

  /** Reads the settings and the secrets. Called at the start, and when they change in this or another window. */
  async load(): Promise<void> {
    const thisLoad = (this.#currentLoad = {});
    const { settings, tokens, knownConnections } = this.#options;
    const entries = parseEntries(settings.connections);
    for (const id of knownConnections.update(entries.map((entry) => entry.id))) {
      void this.#deleteSecrets(id);
    }
    const visible = await Promise.all(
      entries
        .filter(({ hidden }) => !hidden)
        .map(async (entry) => ({
          entry,
          token: entry.problem === undefined ? await tokens.get(entry) : undefined,
        })),
    );
    if (this.#currentLoad !== thisLoad) {
      return;
    }
    this.#publish(
      entries,
      visible.map(({ entry, token }) => this.#toState(entry, token)),
    );
  }

  /** Replaces the entries and the states. Fires an event if they have changed, and always the first time. */
  #publish(entries: readonly ConnectionEntry[], userStates: readonly SignInState[]): void {
    const states = [...userStates, ...(this.#sample.state ? [this.#sample.state] : [])];
    // The first event reports that the connections are known, even if there are none.
    const hasChanged = !this.#isLoaded || !deepEqual([this.#entries, this.#states], [entries, states]);
    this.#isLoaded = true;
    this.#loaded.resolve(undefined);
    this.#entries = entries;
    this.#states = states;
    if (hasChanged) {
      this.#onDidChange.fire(states);
    }
  }

  /**
   * Publishes that the sample data was started or stopped. Doesn't wait for a pending load, which may wait for the user
   * to unlock a keyring. Before the first load has finished, the other connections have no state, but their data is
   * kept.
   */
  #publishSample(): void {
    this.#publish(
      this.#isLoaded ? this.#entries : parseEntries(this.#options.settings.connections),
      this.#states.filter((state) => state.connection.isSample !== true),
    );
  }

  /**
   * Reads the token of a connection; undefined if no token was entered for its address, or if the token can't be read.
   */
  async getToken(connection: Pick<Connection, 'id' | 'address'>): Promise<string | undefined> {
    return this.#sample.getToken(connection.id) ?? this.#options.tokens.get(connection);
  }

  /**
   * Saves a token that is known to work at the address. If a connection has the id, moves it to the address, and shows
   * it if it is hidden. If no connection has the id, adds a connection; without `name`, the new connection is named
   * after its address. If SecretStorage doesn't save the token, returns false and changes nothing; with
   * `thisWindowOnly`, the token is kept in memory instead.
   * @throws SettingsError if the settings can't be written
   */
  async signIn(
    { id, address, name }: Pick<Connection, 'id' | 'address'> & Partial<Connection>,
    token: string,
    { thisWindowOnly = false } = {},
  ): Promise<boolean> {
    return this.#change(async () => {
      const { settings, tokens } = this.#options;
      if (!(await tokens.set({ id, address }, token, thisWindowOnly))) {
        return false;
      }
      const { connections } = settings;
      const entry = parseEntries(connections).find((other) => other.id === id);
      if (entry === undefined) {
        try {
          const added = { id, ...(name !== undefined && { name }), address };
          await this.#setConnections([...connections, added]);
        } catch (error) {
          await tokens.delete(id);
          throw error;
        }
      } else {
        await this.#setConnections(
          updateEntry(connections, id, {
            ...(entry.address !== address && { address }),
            ...(entry.hidden && { hidden: undefined }),
          }),
        );
        // The old tokens are deleted last, because other windows used the old address until now, and writing the
        // settings could have failed.
        await tokens.deleteOutdated({ id, address });
      }
      return true;
    });
  }

  /**
   * Deletes the secrets of a connection but keeps the connection in the settings. Returns false if a secret is left.
   */
  async signOut(id: string): Promise<boolean> {
    return this.#change(() => this.#options.tokens.delete(id));
  }

  /**
   * Changes a connection in the settings; does nothing if no connection has the id.
   * @throws SettingsError if the settings can't be written
   */
  async update(id: string, change: ConnectionEntryPatch): Promise<void> {
    const { settings } = this.#options;
    await this.#change(() => this.#setConnections(updateEntry(settings.connections, id, change)));
  }

  /** Starts the server with sample data, and adds a connection to it. Both end with this window. */
  async startSample(): Promise<void> {
    await this.#sample.start();
    this.#publishSample();
  }

  /**
   * Removes a connection from the settings and deletes its secrets, or stops the server with sample data. Returns false
   * if a secret is left. Such a secret is deleted later, like the secrets of a connection that was deleted from the
   * settings by hand.
   * @throws SettingsError if the settings can't be written
   */
  async remove(id: string): Promise<boolean> {
    if (this.#sample.stop(id)) {
      this.#publishSample();
      return true;
    }
    return this.#change(async () => {
      await this.#setConnections(removeEntry(this.#options.settings.connections, id));
      return this.#deleteSecrets(id);
    });
  }

  /**
   * Deletes the secrets of a connection that isn't in the settings, and then forgets the connection. If a secret is
   * left, remembers the connection and returns false.
   */
  async #deleteSecrets(id: string): Promise<boolean> {
    const { tokens, knownConnections } = this.#options;
    const isDeleted = await tokens.delete(id);
    if (isDeleted) {
      knownConnections.forget(id);
    }
    return isDeleted;
  }

  async #setConnections(connections: readonly unknown[]): Promise<void> {
    const { settings } = this.#options;
    if (!deepEqual(settings.connections, connections)) {
      await settings.setConnections(connections);
    }
  }

  /**
   * Changes settings and secrets, one change after another. Loads both only after the change, when they agree again.
   */
  async #change<T>(change: () => Promise<T>): Promise<T> {
    const changing = this.#lastChange.then(async () => {
      this.#isChanging = true;
      this.#currentLoad = undefined;
      try {
        return await change();
      } finally {
        this.#isChanging = false;
        await this.load();
      }
    });
    this.#lastChange = changing.catch(() => undefined);
    return changing;
  }

  /**
   * Returns the version of a connection's token. The version is incremented whenever the token or the address changes.
   */
  #getTokenVersion({ id, address }: Connection, token: string | undefined): number {
    const previous = this.#tokenVersions.get(id);
    const isSame = previous?.token === token && previous?.address === address;
    const version = (previous?.version ?? 0) + (isSame ? 0 : 1);
    this.#tokenVersions.set(id, { address, token, version });
    return version;
  }

  /** Must be called only with tokens of the latest load: a token of an earlier load would count as a new token. */
  #toState(
    { id, name, address, problem, production }: ConnectionEntry,
    token: string | undefined,
  ): SignInState {
    const connection: Connection = { id, name, address, production };
    if (problem !== undefined) {
      return { kind: 'invalidAddress', connection, problem };
    }
    const tokenVersion = this.#getTokenVersion(connection, token);
    return token === undefined
      ? { kind: 'signedOut', connection }
      : { kind: 'signedIn', connection, tokenVersion };
  }
}
