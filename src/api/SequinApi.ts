import type { Backfill } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';

export interface RequestOptions {
  /** Ends the request; it then throws a `cancelled` failure. */
  readonly signal?: AbortSignal;
  /** How often a failed read is asked again. Default 2; a connection test says 0. */
  readonly retries?: number;
  /** For the whole call, retries included. Default 60 s: a list of 5,000 backfills takes the server 7 s, and 18 sinks took 27 s while its Redis was down. */
  readonly timeoutMs?: number;
}

/** A sink, and its active and paused backfills, which the server tells with it. */
export interface SinkWithBackfills {
  readonly sink: Sink;
  /** Undefined where the server did not tell, which is not the same as none. Before 0.8.20 it is one at most. */
  readonly unfinishedBackfills: readonly Backfill[] | undefined;
}

/** A list, and how many of its items could not be understood and were left out. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly skipped: number;
}

/** The list of all sinks, and when the server says it answered, in milliseconds; undefined if it did not say. */
export interface SinkListing extends Listing<SinkWithBackfills> {
  readonly serverTime: number | undefined;
}

/**
 * Sequin's Management API, as far as this extension uses it. Sinks and backfills are addressed by id.
 * Every method throws a {@link SequinError}, and nothing else, when the server cannot be asked or
 * understood. Reads are asked again after a connection error, 429, 502, 503 and 504; writes never.
 */
export interface SequinApi {
  /** Every sink with its open backfills, in no order. About 4 ms of the server's time for each sink. */
  listSinks(options?: RequestOptions): Promise<SinkListing>;
  getSink(sinkId: string, options?: RequestOptions): Promise<SinkWithBackfills>;
  /** Every backfill that the sink ever had, newest first; the server does not page. */
  listBackfills(sinkId: string, options?: RequestOptions): Promise<Listing<Backfill>>;
  getBackfill(sinkId: string, backfillId: string, options?: RequestOptions): Promise<Backfill>;
  /** Starts a full backfill. `table` may be left out only where the sink takes exactly one table. */
  createBackfill(
    sinkId: string,
    backfill: { readonly table?: string; readonly state?: 'active' | 'paused' },
    options?: RequestOptions,
  ): Promise<Backfill>;
  /** Pauses, resumes or cancels. The server would also take `completed` and `failed`: never write these. */
  updateBackfill(
    sinkId: string,
    backfillId: string,
    state: 'active' | 'paused' | 'cancelled',
    options?: RequestOptions,
  ): Promise<Backfill>;
  /** The server's version; undefined where the server is too old to tell. */
  getVersion(options?: RequestOptions): Promise<string | undefined>;
}

/** What one request came to, for the log. Never a header, a query or a body. */
export interface RequestLogEntry {
  readonly method: string;
  readonly path: string;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  readonly durationMs: number;
  /** The characters of the answer's body, after decompression. */
  readonly bodyLength: number;
  /** What was wrong with the exchange, in a few words. */
  readonly problem?: string;
}
