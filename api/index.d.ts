/**
 * The API of the extension "Sequin" for other extensions. Copy this file into your extension to use the API:
 *
 * ```ts
 * const extension = vscode.extensions.getExtension<SequinExtension>('sequin-for-vscode.sequin');
 * const sequin = (await extension?.activate())?.getApi(1);
 * ```
 *
 * All strings come from servers and users: escape them before you render them as Markdown or HTML. The API never
 * returns a token.
 */
export interface SequinExtension {
  /**
   * Returns the given version of the API. Within a version, only optional fields and functions are added; any other
   * change creates a new version.
   * @throws Error if this release of the extension doesn't have the version
   */
  getApi(version: 1): SequinApi;
}

export interface SequinApi {
  /**
   * The visible connections, sorted by name. If the sample data is running, its connection is last. While VS Code waits
   * for the user to unlock a keyring, the list is empty; `onDidChange` fires when the connections are loaded.
   */
  readonly connections: readonly Connection[];
  /**
   * Fires when connections, sinks or backfills change. Listening causes no requests: the extension refreshes its data
   * while one of its views is visible, and less often for notifications.
   */
  readonly onDidChange: Event<Change>;
  /**
   * Returns the sinks of a connection. Requests them first, unless the extension's data is less than 30 s old or the
   * last request failed. In these cases, returns the sinks of the last successful request.
   * @throws Error with a sentence for the user, if the user isn't signed in or the sinks were never loaded
   */
  getSinks(connectionId: string): Promise<readonly Sink[]>;
  /**
   * Returns the loaded backfills of a sink: all unfinished ones, and the finished ones that the extension has loaded
   * for its views. The list is empty if the sink is unknown. Requests the sinks as `getSinks` does.
   * @throws Error as `getSinks` does
   */
  getBackfills(sink: SinkRef): Promise<readonly Backfill[]>;
  /**
   * Runs an action on a backfill as the command of the same name does. A dialog asks the user before a backfill is
   * cancelled, and before every action on a production connection.
   * @returns the message that the command would show, such as "Paused public.orders → orders-kafka."
   * @throws Error with a sentence for the user, if the user declines, the backfill isn't loaded or doesn't allow the
   *   action, or the server doesn't confirm the action
   */
  runAction(action: BackfillAction, backfill: BackfillRef): Promise<string>;
}

export type BackfillAction = 'pause' | 'resume' | 'cancel';

export interface SinkRef {
  readonly connectionId: string;
  readonly sinkId: string;
}

export interface BackfillRef extends SinkRef {
  readonly backfillId: string;
}

export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  /** Whether every change requires confirmation. */
  readonly production: boolean;
  readonly status:
    | 'connecting'
    | 'connected'
    | 'signedOut'
    | 'invalidAddress'
    | 'tokenRejected'
    | 'unreachable'
    | 'notSequin'
    | 'failing';
}

export interface Sink {
  readonly id: string;
  readonly name: string;
  /** `active`, `paused`, `disabled`, or a status that a newer Sequin adds. */
  readonly status: string;
  /** `healthy`, `warning`, `error`, `initializing`, `waiting`, `paused`, or another status; null if not reported. */
  readonly health: string | null;
  /** The name of the source database. */
  readonly database: string | null;
  /** Sequin's name for the type, such as `kafka`. */
  readonly destinationType: string;
}

/** A backfill. Times are milliseconds since the epoch, by the server's clock. */
export interface Backfill {
  readonly id: string;
  readonly sinkId: string;
  /** `active`, `paused`, `completed`, `cancelled`, `failed`, or a state that a newer Sequin adds. */
  readonly state: string;
  /** Whether the backfill has made no progress for longer than expected, or progresses while its deliveries fail. */
  readonly isStalled: boolean;
  /** `schema.table`; null once the table is dropped. */
  readonly table: string | null;
  /** The number of rows in the table; null until the server has counted them, and if counting failed. */
  readonly rowsInitial: number | null;
  /** May exceed `rowsInitial`, because Sequin reads rows again after an interruption. Rounded above 2^53. */
  readonly rowsProcessed: number;
  readonly startedAt: number;
  /** Null while the backfill is unfinished. */
  readonly finishedAt: number | null;
  /** The current rate; null if the rate is unknown, or the backfill isn't running. */
  readonly rowsPerSecond: number | null;
  /** The estimated time left, in milliseconds; null while there is no reliable estimate. */
  readonly remainingMs: number | null;
}

/** What changed: the data of a connection or, if `connectionId` is missing, the list of connections. */
export interface Change {
  readonly connectionId?: string;
  /** The sinks that changed, or whose backfills changed. */
  readonly sinkIds: readonly string[];
}

/** Compatible with `vscode.Event`. */
export type Event<T> = (listener: (event: T) => unknown) => { dispose(): void };
