import { lazy } from '../shared/lazy.ts';
/** A check of a sink's health, by the server's own name for it. */
interface HealthCheck {
  readonly name: string;
  /** `healthy`, `warning`, `error`, `initializing`, `waiting`, `stale`, `notice`, or a word not known yet. */
  readonly status: string;
  readonly error: string | null;
}

export interface SinkHealth {
  /** `healthy`, `warning`, `error`, `initializing`, `waiting`, `paused`, or a word not known yet. */
  readonly status: string;
  readonly checks: readonly HealthCheck[];
}

/** Where a sink writes to. Of all that the server tells, only what may be shown: never a credential. */
interface Destination {
  /** Sequin's name of the type, such as `kafka` or `webhook`. */
  readonly type: string;
  /** What tells it from others of its type (topic, queue, host …), or null if nothing does. */
  readonly address: string | null;
}

/** Which tables a sink takes; null where nothing is said. */
export interface Source {
  readonly includeSchemas: readonly string[] | null;
  readonly excludeSchemas: readonly string[] | null;
  readonly includeTables: readonly string[] | null;
  readonly excludeTables: readonly string[] | null;
}

/** One sink, as the server last told it. Its backfills are kept beside it, not in it. */
export interface Sink {
  readonly id: string;
  readonly name: string;
  /** `active`, `paused`, `disabled`, or a word not known yet. */
  readonly status: string;
  readonly database: string | null;
  readonly destination: Destination;
  /** Null: every table of the database. */
  readonly source: Source | null;
  /** Tables with settings of their own: not all that it takes. */
  readonly tables: readonly string[];
  /** Null where the server did not tell: before 0.8.10, or while its Redis is down. */
  readonly health: SinkHealth | null;
}

const getNameCollator = lazy(() => new Intl.Collator(undefined, { numeric: true }));

/** By name, numbers in names by their value; the id decides between equal names. */
export function compareSinksByName(a: Sink, b: Sink): number {
  return getNameCollator().compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}
