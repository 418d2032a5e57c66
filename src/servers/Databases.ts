import type { ConnectionTest } from '../model/Database.ts';
import type { Failure } from '../model/failure.ts';
import type { MonitorContext } from './MonitorContext.ts';

/**
 * The shortest delay before a failed request is retried, in milliseconds. The first list of sinks after this delay
 * causes the retry.
 */
const retryDelayMs = 60_000;

/**
 * Loads and tests the source databases of a server. The snapshot contains the databases, their load state and their
 * latest connection tests.
 */
export class Databases {
  readonly #context: MonitorContext;
  /** The database names in the list of sinks that caused the latest request by {@link handleSinkList}. */
  #knownNames: ReadonlySet<string> = new Set();
  #pendingRequest: Promise<Failure | undefined> | undefined;
  /** The monotonic time at which the latest failed request ended. */
  #failedAt = 0;

  constructor(context: MonitorContext) {
    this.#context = context;
  }

  /**
   * Loads the databases, unless the latest request succeeded and at least one database is loaded. Returns the failure,
   * if any.
   */
  async ensureLoaded(): Promise<Failure | undefined> {
    const { databases, databasesLoad } = this.#context.store.snapshot;
    return databasesLoad.failure !== undefined || databases.size === 0 ? this.reload() : this.#pendingRequest;
  }

  /** Loads the databases again, or joins the pending request. Returns the failure, if any. */
  async reload(): Promise<Failure | undefined> {
    return this.#pendingRequest ?? this.#request();
  }

  /**
   * Loads the databases if the list of sinks names a new database, or if the retry after a failure is due. The list
   * doesn't show other changes of databases, so the databases are also reloaded after a failed poll (`isReconnected`).
   */
  handleSinkList(isReconnected: boolean): void {
    const { sinks } = this.#context.store.snapshot;
    const names = new Set([...sinks.values()].flatMap(({ database }) => database ?? []));
    const knownNames = isReconnected ? new Set() : this.#knownNames;
    const hasNewName = [...names].some((name) => !knownNames.has(name));
    if (hasNewName || this.#isRetryDue()) {
      this.#knownNames = names;
      // Doesn't join a pending request, because the response to it may lack the new database.
      void this.#request();
    }
  }

  /**
   * Has the server test the connection to a database, and records the result.
   * @throws SequinError if the request fails
   */
  async testConnection(databaseId: string): Promise<ConnectionTest> {
    const { api, store, clock, signal } = this.#context;
    const test = await api.testDatabase(databaseId, { signal });
    store.setConnectionTest(databaseId, { ...test, testedAt: clock.now() });
    return test;
  }

  /**
   * Has the server read the tables of a database again. Returns whether the server succeeded.
   * @throws SequinError if the request fails
   */
  async refreshTables(databaseId: string): Promise<boolean> {
    const { api, signal } = this.#context;
    return api.refreshTables(databaseId, { signal });
  }

  #isRetryDue(): boolean {
    const { store, clock } = this.#context;
    const { failure, loading } = store.snapshot.databasesLoad;
    return failure !== undefined && !loading && clock.monotonicNow() - this.#failedAt >= retryDelayMs;
  }

  /** Sends a request as soon as the pending one, if any, has ended. */
  async #request(): Promise<Failure | undefined> {
    const request = this.#pendingRequest?.then(() => this.#fetch()) ?? this.#fetch();
    this.#pendingRequest = request;
    const failure = await request;
    if (request === this.#pendingRequest) {
      this.#pendingRequest = undefined;
    }
    return failure;
  }

  async #fetch(): Promise<Failure | undefined> {
    const { api, store, clock, sender, signal } = this.#context;
    store.setDatabasesLoad({ loading: true });
    const failure = await sender.catchFailure(async () => {
      const result = await sender.send(() => api.listDatabases({ signal }));
      if (result.failure === undefined) {
        store.applyDatabases(result.value, clock.now());
      }
      return result.failure;
    });
    if (failure !== undefined) {
      this.#failedAt = clock.monotonicNow();
      // A rejected token is reported only as the failure of the sinks.
      store.setDatabasesLoad({
        loading: false,
        failure: sender.tokenFailure === undefined ? failure : undefined,
      });
    }
    return failure;
  }
}
