/**
 * The API of the extension "Sequin" for other extensions. Copy this file into your extension, and get the API with
 *
 * ```ts
 * const extension = vscode.extensions.getExtension<SequinExtension>('sequin-for-vscode.sequin');
 * const sequin = (await extension?.activate())?.getApi(1);
 * ```
 *
 * All texts come from servers and users: convert them before you render them as Markdown or HTML. The API never returns
 * a token.
 */
export interface SequinExtension {
  /**
   * Returns a version of the API. A version only gains optional fields; any other change makes a new one.
   * @throws Error if this release of the extension doesn't have the version
   */
  getApi(version: 1): SequinApi;
}

export interface SequinApi {
  /** The user's connections, by name, without the hidden ones. */
  readonly connections: readonly Connection[];
  /**
   * Fires when connections, sinks or backfills change. Listening requests nothing from a server: the extension refreshes
   * data while one of its views is visible, and less often for notifications.
   */
  readonly onDidChange: Event<Change>;
  /**
   * Returns the sinks of a connection. Requests them unless they are less than 30 s old or the last request failed.
   * @throws Error with a sentence for the user, such as that the user isn't signed in
   */
  getSinks(connectionId: string): Promise<readonly Sink[]>;
  /**
   * Returns the known backfills of a sink: all unfinished ones, and the finished ones that the user has seen.
   * @throws Error with a sentence for the user
   */
  getBackfills(sink: SinkRef): Promise<readonly Backfill[]>;
  /**
   * Runs an action on a backfill as the command of the same name does. A dialog asks the user before a backfill is
   * cancelled, and before every action in production.
   * @returns the message that the command would show
   * @throws Error with a sentence for the user if the user or the server didn't confirm the action
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
  /** Whether it makes no progress for longer than explained, or progresses without delivering. */
  readonly isStalled: boolean;
  /** `schema.table`; null once the table is dropped. */
  readonly table: string | null;
  /** Null until the server has counted the rows of the table. */
  readonly rowsInitial: number | null;
  /** May exceed `rowsInitial`, because Sequin reads rows again after an interruption. */
  readonly rowsProcessed: number;
  readonly startedAt: number;
  /** Null while it is unfinished. */
  readonly finishedAt: number | null;
  /** The current rate; null if it isn't known, or not running. */
  readonly rowsPerSecond: number | null;
  /** The estimated time to the end, in milliseconds; null while there is no reliable estimate. */
  readonly remainingMs: number | null;
}

/** What has changed. Without a `connectionId`, the list of connections. */
export interface Change {
  readonly connectionId?: string;
  /** The sinks that changed, or whose backfills changed. */
  readonly sinkIds: readonly string[];
}

/** Compatible with `vscode.Event`. */
export type Event<T> = (listener: (event: T) => unknown) => { dispose(): void };
