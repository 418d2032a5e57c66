import { lazy } from '../shared/lazy.ts';

/** The server's names for the health checks whose meaning is known. */
export const healthCheckNames = {
  delivery: 'Message delivery',
  /** Whether the messages that are waiting for delivery fit into the buffer. */
  pendingMessages: 'Messages pending delivery',
  ingestion: 'Message ingestion',
  /** Replaces {@link healthCheckNames.ingestion} while a backfill fails to read its table. */
  backfillFetch: 'Backfill fetch process',
} as const;

/** A health check of a sink, with the server's name for the check. */
export interface HealthCheck {
  readonly name: string;
  /** `healthy`, `warning`, `error`, `initializing`, `waiting`, `stale`, `notice`, or an unknown status. */
  readonly status: string;
  readonly error: string | null;
}

export interface SinkHealth {
  /** `healthy`, `warning`, `error`, `initializing`, `waiting`, `paused`, or an unknown status. */
  readonly status: string;
  readonly checks: readonly HealthCheck[];
}

/** The destination of a sink. Has only fields that may be shown, never credentials. */
export interface Destination {
  /** Sequin's name for the type, such as `kafka` or `webhook`. */
  readonly type: string;
  /** What distinguishes destinations of the same type (topic, queue, host …); null if nothing does. */
  readonly address: string | null;
  /** The API's fields that may be shown, by name. Empty for an unknown type. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/**
 * How a sink handles changes and messages. Null means that the server doesn't report a field, except for
 * `maxRetryCount`.
 */
export interface SinkSettings {
  /** `insert`, `update`, `delete`, or an unknown action. */
  readonly actions: readonly string[] | null;
  /** The name of a function, or `none`. The next three fields have the same form. */
  readonly filter: string | null;
  readonly transform: string | null;
  readonly enrichment: string | null;
  readonly routing: string | null;
  readonly batchSize: number | null;
  readonly messageGrouping: boolean | null;
  /** Null if there is no limit, or if the server doesn't report the limit. */
  readonly maxRetryCount: number | null;
  /** `pause_on_full`, `discard_on_full`, or an unknown policy. */
  readonly loadSheddingPolicy: string | null;
  /** `iso8601`, `unix_microsecond`, or an unknown format. */
  readonly timestampFormat: string | null;
}

/** The schemas and tables that a sink includes and excludes; null for a filter that isn't set. */
export interface Source {
  readonly includeSchemas: readonly string[] | null;
  readonly excludeSchemas: readonly string[] | null;
  readonly includeTables: readonly string[] | null;
  readonly excludeTables: readonly string[] | null;
}

/** A sink as last reported by the server, without its backfills. */
export interface Sink {
  readonly id: string;
  readonly name: string;
  /** `active`, `paused`, `disabled`, or an unknown status. */
  readonly status: string;
  readonly database: string | null;
  readonly destination: Destination;
  /** Null if the sink includes all tables of the database. */
  readonly source: Source | null;
  /** The tables with settings of their own. The sink may include other tables, too. */
  readonly tables: readonly string[];
  readonly settings: SinkSettings;
  /** Null if the server doesn't report it: before Sequin 0.8.10, and while the server's Redis is down. */
  readonly health: SinkHealth | null;
}

/**
 * The condition of a sink in one word: its health if it is active, otherwise its status. A stalled backfill makes the
 * health at least a warning. Undefined if the server doesn't report the health.
 */
export function getSinkCondition(sink: Sink, hasStalledBackfill: boolean): string | undefined {
  if (sink.status !== 'active') {
    return sink.status;
  }
  const health = getActiveHealth(sink);
  return hasStalledBackfill && health !== 'error' ? 'warning' : health;
}

/**
 * The health of an active sink. Returns `initializing` instead of `paused`: the response to a write doesn't report the
 * health, so the last reported health of a sink that was just resumed is still `paused`.
 */
export function getActiveHealth({ health }: Sink): string | undefined {
  return health?.status === 'paused' ? 'initializing' : health?.status;
}

const getNameCollator = lazy(() => new Intl.Collator(undefined, { numeric: true }));

/** Orders sinks or databases by name, then by id. Numbers in names are compared by value: `s2` comes before `s10`. */
export function compareByName(a: Pick<Sink, 'id' | 'name'>, b: Pick<Sink, 'id' | 'name'>): number {
  return getNameCollator().compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}
