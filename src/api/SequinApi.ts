import type { Backfill } from '../model/Backfill.ts';
import type { ConfigPlan } from '../model/ConfigPlan.ts';
import type { ConnectionTest, Database } from '../model/Database.ts';
import type { Sink } from '../model/Sink.ts';
import type { SinkStatus } from '../model/sinkActions.ts';

/** How to send a request. */
export interface RequestOptions {
  /** Aborts the request. The request then fails as `cancelled`. */
  readonly signal?: AbortSignal;
  /**
   * The largest number of retries of a failed read. Default: 2. A read is retried once more if it failed because the
   * server closed an idle kept-alive connection just as the read was sent.
   */
  readonly retries?: number;
  /**
   * The time limit of the whole call, retries included, in milliseconds. Default: 60,000, because the server takes up
   * to 7 s to list 5,000 backfills, and took 27 s to list 18 sinks while its Redis was down.
   */
  readonly timeoutMs?: number;
}

/** A sink and its active and paused backfills, as a response contains them. */
export interface SinkWithBackfills {
  readonly sink: Sink;
  /**
   * Undefined if the response doesn't report backfills; empty if the sink has no unfinished ones. Sequin before 0.8.20
   * reports at most one.
   */
  readonly unfinishedBackfills: readonly Backfill[] | undefined;
  /** The number of invalid backfills that were skipped; missing if there are none. */
  readonly skippedBackfills?: number;
}

/** The valid items of a list, and the number of invalid items that were skipped. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly skipped: number;
}

/** The list of all sinks. */
export interface SinkListing extends Listing<SinkWithBackfills> {
  /**
   * The response's Date header, in milliseconds since the epoch; undefined if it is missing or invalid. A gateway with
   * another clock may have written it.
   */
  readonly serverTime: number | undefined;
}

/**
 * The part of Sequin's Management API that this extension uses. Sinks and backfills are addressed by id. Every method
 * throws a `SequinError`, and nothing else, if the request fails or the response is invalid. Only GET requests are
 * retried: after a network failure, or after a response with status 429, 502, 503 or 504.
 */
export interface SequinApi {
  /** Lists every sink with its unfinished backfills, in no particular order. Takes the server about 4 ms per sink. */
  listSinks(options?: RequestOptions): Promise<SinkListing>;
  getSink(sinkId: string, options?: RequestOptions): Promise<SinkWithBackfills>;
  /**
   * Changes the status of a sink. Unless the new status is `disabled`, this restarts the replication of the sink's
   * database and interrupts all backfills of that database for about 20 s, even if the status stays the same. The
   * response lacks the sink's health.
   */
  updateSink(sinkId: string, status: SinkStatus, options?: RequestOptions): Promise<SinkWithBackfills>;
  /** Lists every backfill that the sink ever had, newest first. The server doesn't paginate. */
  listBackfills(sinkId: string, options?: RequestOptions): Promise<Listing<Backfill>>;
  getBackfill(sinkId: string, backfillId: string, options?: RequestOptions): Promise<Backfill>;
  /** Starts a full backfill. `table` is optional only if the sink's source includes exactly one table. */
  createBackfill(
    sinkId: string,
    backfill: { readonly table?: string; readonly state?: 'active' | 'paused' },
    options?: RequestOptions,
  ): Promise<Backfill>;
  /** Pauses, resumes or cancels a backfill. The server also accepts `completed` and `failed`; never send these. */
  updateBackfill(
    sinkId: string,
    backfillId: string,
    state: 'active' | 'paused' | 'cancelled',
    options?: RequestOptions,
  ): Promise<Backfill>;
  /** Lists the source databases. The server reports neither their tables nor whether it can connect to them. */
  listDatabases(options?: RequestOptions): Promise<Listing<Database>>;
  /** Has the server open a new connection to a database. Takes about 50 ms, or 2 s if the database doesn't respond. */
  testDatabase(databaseId: string, options?: RequestOptions): Promise<ConnectionTest>;
  /**
   * Has the server read the tables of a database again. Returns whether that succeeded; the server reports no reason
   * for a failure. The server uses a pooled connection, so the result may be true even if a new connection would fail
   * (recording y26b).
   */
  refreshTables(databaseId: string, options?: RequestOptions): Promise<boolean>;
  /**
   * Has the server compare a configuration with the account's current configuration. The server connects to new
   * databases, which takes 30 s if one is unreachable. Variables and code files in `yaml` must be resolved: the server
   * supports neither.
   */
  planConfig(yaml: string, options?: RequestOptions): Promise<ConfigPlan>;
  /**
   * Has the server apply a configuration. This restarts the replication of all databases in the configuration, changed
   * or not (recording y05). The response contains database passwords in clear text, so it is discarded.
   */
  applyConfig(yaml: string, options?: RequestOptions): Promise<void>;
  /** Fetches the configuration of the account as YAML, with masked secrets. */
  exportConfig(options?: RequestOptions): Promise<string>;
  /** Fetches the server's version; undefined if the server is too old to report it, or a gateway responds instead. */
  getVersion(options?: RequestOptions): Promise<string | undefined>;
}

/** The outcome of one request, for the log. Never contains a header, a query or a body. */
export interface RequestLogEntry {
  readonly method: string;
  readonly path: string;
  /** Undefined if there was no response. */
  readonly status: number | undefined;
  readonly durationMs: number;
  /** The length of the response's body in characters, after decompression; 0 without a response. */
  readonly bodyLength: number;
  /** The error code of a failed request, or its error message if there is no code. */
  readonly problem?: string;
}
