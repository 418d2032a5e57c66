import type { ConnectionTest } from '../model/Database.ts';
import type { Failure } from '../model/failure.ts';
import type { MonitorContext } from './MonitorContext.ts';

/** The time after a failure from which the next list of sinks repeats the request, in milliseconds. */
const retryDelayMs = 60_000;

/** Loads and tests the source databases of a server. Their load state and the latest tests are in the snapshot. */
export class Databases {
  readonly #context: MonitorContext;
  /** The names of databases in the list of sinks when the databases were last requested because of it. */
  #knownNames: ReadonlySet<string> = new Set();
  #pendingRequest: Promise<Failure | undefined> | undefined;
  /** When the latest failed request ended, in monotonic time. */
  #failedAt = 0;

  constructor(context: MonitorContext) {
    this.#context = context;
  }

  /** Loads the databases unless some are loaded and the latest request succeeded. Returns the failure, if any. */
  async ensure(): Promise<Failure | undefined> {
    const { databases, databasesLoad } = this.#context.store.snapshot;
    return databasesLoad.failure !== undefined || databases.size === 0 ? this.reload() : this.#pendingRequest;
  }

  /** Loads the databases again, or joins the pending request. Returns the failure, if any. */
  async reload(): Promise<Failure | undefined> {
    return this.#pendingRequest ?? this.#request();
  }

  /**
   * Loads the databases after a list of sinks if it names a new one, or a while after a failure. The server reports no
   * other change of a database, so they are also loaded again when the server has been unreachable (`isReconnected`).
   */
  handleSinkList(isReconnected: boolean): void {
    const { sinks } = this.#context.store.snapshot;
    const names = new Set([...sinks.values()].flatMap(({ database }) => database ?? []));
    const knownNames = isReconnected ? new Set() : this.#knownNames;
    const hasNewName = [...names].some((name) => !knownNames.has(name));
    if (hasNewName || this.#isRetryDue()) {
      this.#knownNames = names;
      // The response to a pending request may lack the new database.
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

  /** Sends a request after the pending one, if any. */
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
      // A rejected token is the failure of the sinks.
      store.setDatabasesLoad({
        loading: false,
        failure: sender.tokenFailure === undefined ? failure : undefined,
      });
    }
    return failure;
  }
}
