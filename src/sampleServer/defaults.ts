import { createHealth } from './health.ts';
import {
  type BackfillJson,
  type DatabaseJson,
  type SinkJson,
  type SourceJson,
  truncateToSeconds,
} from './sequinTypes.ts';

/** Creates the fields of a backfill that is created at `now` (ms since epoch). */
export function createBackfillJson(id: string, sinkName: string, now: number): BackfillJson {
  return {
    id,
    table: null,
    state: 'active',
    inserted_at: truncateToSeconds(now),
    updated_at: truncateToSeconds(now),
    completed_at: null,
    rows_processed_count: 0,
    rows_initial_count: null,
    rows_ingested_count: 0,
    canceled_at: null,
    sink_consumer: sinkName,
    sort_column: null,
  };
}

/** The source of a sink that includes all tables. */
export const allTables: SourceJson = {
  include_schemas: null,
  exclude_schemas: null,
  exclude_tables: null,
  include_tables: null,
};

/** Creates the fields of a sink with Sequin's defaults: a stream of all tables. */
export function createSinkJson(
  id: string,
  name: string,
  status: SinkJson['status'],
): Omit<SinkJson, 'active_backfills'> {
  return {
    id,
    name,
    status,
    filter: 'none',
    source: { ...allTables },
    destination: { type: 'sequin_stream' },
    transform: 'none',
    database: 'source-db',
    tables: [],
    batch_size: 1,
    actions: ['insert', 'update', 'delete'],
    annotations: {},
    // A sink that isn't active reports `paused`.
    health: createHealth(status === 'active' ? 'healthy' : 'paused'),
    enrichment: 'none',
    timestamp_format: 'iso8601',
    message_grouping: true,
    max_retry_count: null,
    load_shedding_policy: 'pause_on_full',
    routing: 'none',
  };
}

/** Creates the fields of a database with Sequin's defaults. */
export function createDatabaseJson(id: string, name: string): DatabaseJson {
  return {
    id,
    name,
    hostname: 'db.internal',
    port: 5432,
    database: name,
    username: 'postgres',
    password: 'p******s',
    ssl: true,
    ipv6: false,
    pool_size: 10,
    queue_target: 50,
    queue_interval: 1000,
    use_local_tunnel: false,
    replication_slots: [{ id, status: 'active', slot_name: 'sequin_slot', publication_name: 'sequin_pub' }],
  };
}
